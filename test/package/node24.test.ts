import { beforeAll, describe, expect, it } from 'vitest';
import { expectDelivery } from '../support/package/delivery.ts';
import { type App, appWith, copiesOf, isSound, nodeOf, packed } from '../support/package/npm.ts';
import { compiled } from '../support/package/types.ts';

const OTEL_2 = ['@opentelemetry/api@1.9', '@opentelemetry/sdk-trace-node@2'];
const OTEL_3 = ['@opentelemetry/api', '@opentelemetry/sdk-trace@3', '@opentelemetry/context-async-hooks@3'];

describe('Node 24', { timeout: 120_000 }, () => {
  let apps: Record<string, App>;
  beforeAll(async () => {
    const [node, { tarball }] = await Promise.all([nodeOf('24'), packed()]);
    const [fresh2, existing2, fresh3, existing3] = await Promise.all([
      appWith(node, [...OTEL_2, tarball]),
      appWith(node, OTEL_2, [tarball]),
      appWith(node, [...OTEL_3, tarball]),
      appWith(node, OTEL_3, [tarball]),
    ]);
    apps = {
      'a new app with OpenTelemetry 2': fresh2,
      'an existing app with OpenTelemetry 2': existing2,
      'a new app with OpenTelemetry 3': fresh3,
      'an existing app with OpenTelemetry 3': existing3,
    };
  }, 180_000);

  describe.each([
    ['a new app with OpenTelemetry 2', 'otel2'],
    ['an existing app with OpenTelemetry 2', 'otel2'],
    ['a new app with OpenTelemetry 3', 'otel3'],
    ['an existing app with OpenTelemetry 3', 'otel3'],
  ])('in %s', (which, program) => {
    it('installs without a warning, with one copy of each package of OpenTelemetry', async () => {
      const app = appOf(which);
      expect(app.stderr).not.toMatch(/ERESOLVE|EBADENGINE|peer/i);
      expect(await isSound(app)).toBe(true);
      expect(copiesOf('@opentelemetry/api', app)).toBe(1);
      expect(copiesOf('@opentelemetry/core', app)).toBe(1);
    });

    it.each([`${program}.mjs`, `${program}.cjs`])('%s delivers every span', (file) =>
      expectDelivery(appOf(which), file),
    );
  });

  it('compiles on OpenTelemetry 3 where a SpanProcessor and a SpanExporter are wanted', async () => {
    const source = `
      import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
      import { StardustExporter, type StardustOptions, StardustSpanProcessor } from 'opentelemetry-stardust';
      const options: StardustOptions = { server: 'http://localhost:6600', appId: 'shop' };
      // @ts-expect-error: not everything goes
      new StardustExporter({ appIdd: 'shop' });
      const exporter: SpanExporter = new StardustExporter();
      export const provider = new TracerProvider({
        spanProcessors: [
          new StardustSpanProcessor(),
          new StardustSpanProcessor(new StardustExporter(options)),
          new BatchSpanProcessor({ exporter: new StardustExporter() }),
          new BatchSpanProcessor({ exporter }),
        ],
      });`;
    expect(await compiled(source, appOf('a new app with OpenTelemetry 3'))).toBe('');
  });

  function appOf(which: string): App {
    const app = apps[which];
    if (app === undefined) throw new Error(`no such app: ${which}`);
    return app;
  }
});
