import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTraceState, type TraceState } from '@opentelemetry/api';

/** Seconds and nanoseconds. */
export type HrTime = [number, number];

/** Attributes as any line of OpenTelemetry lets them through. */
export type RecordedAttributes = { readonly [key: string]: unknown };

/** A span's identity, its parent's or a link's. */
export interface RecordedContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  /** Only where the context came over the wire. */
  readonly isRemote?: boolean;
  readonly traceState?: TraceState;
}

/** A finished span with the structure of OpenTelemetry's `ReadableSpan`: what a processor's `onEnd` is given. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): RecordedContext;
  /** Absent for a root, and on 1.x for every span. */
  readonly parentSpanContext?: RecordedContext | undefined;
  /** The parent on 1.x. */
  readonly parentSpanId?: string | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: RecordedAttributes;
  readonly events: readonly RecordedEvent[];
  readonly links: readonly { readonly context: RecordedContext; readonly attributes?: RecordedAttributes }[];
  readonly resource: RecordedResource;
  readonly instrumentationScope: RecordedScope;
  /** The scope on 1.x, which knows no `instrumentationScope`; here it has both. */
  readonly instrumentationLibrary?: RecordedScope;
  readonly ended: boolean;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** An event of a span. Its time was not recorded: it reads as the span's end. */
export interface RecordedEvent {
  readonly name: string;
  readonly time: HrTime;
  /** Absent on 3.x where none were given. */
  readonly attributes?: RecordedAttributes;
}

/** A resource, complete in recorded spans. */
export interface RecordedResource {
  readonly attributes: RecordedAttributes;
  readonly asyncAttributesPending?: boolean;
  waitForAsyncAttributes?(): Promise<void>;
}

/** The instrumentation that made a span. */
interface RecordedScope {
  readonly name: string;
  readonly version?: string;
}

const ROOT = fileURLToPath(new URL('../fixtures/spans/', import.meta.url));
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** Every recorded file (`otel2/express.jsonl`) with its spans in the order they ended. */
export function recordedFiles(): { file: string; spans: RecordedSpan[] }[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => file.split(sep).join('/'))
    .sort()
    .map((file) => ({ file, spans: read(file) }));
}

/**
 * The spans of one recorded file, made anew at each call.
 *
 * @param file Path below `test/fixtures/spans`, such as `otel2/express.jsonl`.
 */
export function read(file: string): RecordedSpan[] {
  const lines = readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, revive) as Line);
  // Only the first line of a file holds the resource; the slim files hold none.
  const resource: RecordedResource = { attributes: lines[0]?.resource?.attributes ?? {} };
  const line1x = file.startsWith('otel1/');
  return lines.map((line) => toSpan(line, resource, line1x));
}

/** One line of a file. The slim files have `kind` as a word and `scope` in place of `instrumentationScope`. */
interface Line {
  readonly name: string;
  readonly kind: number | string;
  readonly spanContext: ContextLine & { readonly traceId: string };
  readonly parentSpanContext?: ContextLine | null;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: RecordedAttributes;
  readonly events: readonly Omit<RecordedEvent, 'time'>[];
  readonly links: number;
  readonly instrumentationScope?: RecordedScope;
  readonly scope?: string;
  readonly resource?: RecordedResource;
}

interface ContextLine {
  /** Absent for the parents of the slim files and of 1.x; a parent is of the same trace. */
  readonly traceId?: string;
  readonly spanId: string;
  /** Absent for the parents of 1.x. */
  readonly traceFlags?: number;
  readonly isRemote?: boolean | null;
  readonly traceState?: string;
}

/** Turns what JSON could not hold back into values. The content of bytes was not recorded, only their number. */
function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('__number' in value) return Number(value.__number);
  if ('__bytes' in value) return new Uint8Array(Number(value.__bytes));
  return value;
}

function toSpan(line: Line, resource: RecordedResource, line1x: boolean): RecordedSpan {
  const traceId = line.spanContext.traceId;
  const context = toContext(line.spanContext, traceId);
  const parent = line.parentSpanContext ?? undefined;
  const scope = line.instrumentationScope ?? toScope(line.scope ?? '');
  return {
    name: line.name,
    kind: typeof line.kind === 'number' ? line.kind : KINDS.indexOf(line.kind),
    spanContext: () => context,
    ...(line1x
      ? { parentSpanId: parent?.spanId, instrumentationLibrary: scope }
      : { parentSpanContext: parent && toContext(parent, traceId) }),
    startTime: line.startTime,
    endTime: line.endTime,
    duration: line.duration,
    status: {
      code: line.status.code,
      ...(line.status.message !== undefined && { message: line.status.message }),
    },
    attributes: line.attributes,
    events: line.events.map((event) => ({ ...event, time: line.endTime })),
    links: Array.from({ length: line.links }, (_, index) => ({ context: linkContext(traceId, index) })),
    resource,
    instrumentationScope: scope,
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function toContext(line: ContextLine, traceId: string): RecordedContext {
  return {
    traceId: line.traceId ?? traceId,
    spanId: line.spanId,
    traceFlags: line.traceFlags ?? 0,
    ...(line.isRemote === true && { isRemote: true }),
    ...(line.traceState !== undefined && { traceState: createTraceState(line.traceState) }),
  };
}

/** Only the number of links was recorded: their contexts are made up. */
function linkContext(traceId: string, index: number): RecordedContext {
  return { traceId, spanId: (index + 1).toString(16).padStart(16, '0'), traceFlags: 1 };
}

/** `@opentelemetry/instrumentation-http@0.223.0` in its two parts. */
function toScope(scope: string): RecordedScope {
  const at = scope.lastIndexOf('@');
  return at > 0 ? { name: scope.slice(0, at), version: scope.slice(at + 1) } : { name: scope };
}
