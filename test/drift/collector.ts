import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SpanLike } from '../../src/span/span-like.ts';

/** Takes the spans that an app sends by OTLP, in its JSON form. */
export interface Collector {
  /** What `register` needs to be told. */
  readonly env: Readonly<Record<string, string>>;
  readonly spans: readonly SpanLike[];
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: SpanLike[] = [];
  const server = createServer(async (request, response) => {
    spans.push(...spansIn(JSON.parse(await textOf(request)) as Otlp));
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}/v1/traces`,
      // Some frameworks call `process.exit()` at SIGTERM: what is not sent by then is lost.
      OTEL_BSP_SCHEDULE_DELAY: '10',
    },
    spans,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}

interface Otlp {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly ScopeSpans[] }[];
}

interface ScopeSpans {
  readonly scope: { readonly name: string };
  readonly spans: readonly OtlpSpan[];
}

interface OtlpSpan {
  readonly name: string;
  /** From 1 on, where the api counts from 0. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes?: readonly {
    readonly key: string;
    readonly value: Readonly<Record<string, unknown>>;
  }[];
  readonly status?: { readonly code?: number };
}

function spansIn({ resourceSpans }: Otlp): SpanLike[] {
  return resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => toSpan(span, scope))),
  );
}

/** What naming looks at; the times are not told apart. */
function toSpan(span: OtlpSpan, instrumentationScope: { readonly name: string }): SpanLike {
  const { name, kind, traceId, spanId, attributes = [], status } = span;
  return {
    name,
    kind: kind - 1,
    startTime: [0, 0],
    duration: [0, 0],
    status: { code: status?.code ?? 0 },
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)])),
    events: [],
    resource: { attributes: {} },
    instrumentationScope,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
  };
}

/** `{ intValue: "7" }` is 7. */
function plain(value: Readonly<Record<string, unknown>>): unknown {
  const [[type, content] = []] = Object.entries(value);
  return type === 'intValue' ? Number(content) : content;
}
