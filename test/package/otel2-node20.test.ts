import { createServer } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { expectDelivery } from '../support/package/delivery.ts';
import { type App, appWith, copiesOf, isSound, packed } from '../support/package/npm.ts';
import { compiled } from '../support/package/types.ts';
import { runNode } from '../support/processes/child.ts';

const OTEL_2 = ['@opentelemetry/api@1.9', '@opentelemetry/sdk-trace-node@2'];

describe('OpenTelemetry 2 on the Node that runs the tests', { timeout: 120_000 }, () => {
  let app: App;
  beforeAll(async () => {
    app = await appWith(process.execPath, [...OTEL_2, (await packed()).tarball]);
  }, 120_000);

  it('installs without a warning, with one copy of each package of OpenTelemetry', async () => {
    expect(app.stderr).not.toMatch(/ERESOLVE|EBADENGINE|peer/i);
    expect(await isSound(app)).toBe(true);
    expect(copiesOf('@opentelemetry/api', app)).toBe(1);
    expect(copiesOf('@opentelemetry/core', app)).toBe(1);
  });

  it.each(['otel2.mjs', 'otel2.cjs'])('%s delivers every span', (program) => expectDelivery(app, program));

  it.each(['opentelemetry-stardust', 'opentelemetry-stardust/dev'])(
    'imports and requires the same objects of %s',
    async (entry) => {
      const { code, stdout, stderr } = await runNode(['same-objects.mjs', entry], { cwd: app.folder });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        imported: expect.any(Array),
        required: expect.any(Array),
        differ: [],
      });
      const { imported, required } = JSON.parse(stdout) as Record<string, string[]>;
      expect(imported).toEqual(required);
    },
  );

  it('compiles where a SpanProcessor and a SpanExporter are wanted', async () => {
    const source = `
      import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';
      import { StardustExporter, type StardustOptions, StardustSpanProcessor } from 'opentelemetry-stardust';
      const options: StardustOptions = { server: 'http://localhost:6600', appId: 'shop' };
      // @ts-expect-error: not everything goes
      new StardustExporter({ appIdd: 'shop' });
      const exporter: SpanExporter = new StardustExporter();
      export const provider = new NodeTracerProvider({
        spanProcessors: [
          new StardustSpanProcessor(),
          new StardustSpanProcessor(new StardustExporter(options)),
          new BatchSpanProcessor(new StardustExporter()),
          new BatchSpanProcessor(exporter),
        ],
      });`;
    expect(await compiled(source, app)).toBe('');
  });

  describe.each(['opentelemetry-stardust', 'opentelemetry-stardust/dev'])('importing %s', (entry) => {
    it.each(['import', 'require'])('by %s has no effect', async (how) => {
      const effects = await effectsOf(how, entry);
      expect(effects.after).toEqual(effects.before);
      expect(effects.resources).toEqual([]);
      expect(effects.made.filter((type) => BACKGROUND.test(type))).toEqual([]);
      expect(effects.undici).toBe(0);
      expect(effects.fetch).toBe(false);
    });
  });

  // Otherwise the tests above might be blind.
  it.each(['import', 'require'])(
    'after %s, the start of a processor has an effect that is seen',
    async (how) => {
      const effects = await effectsOf(how, 'opentelemetry-stardust', 'start');
      expect(effects.made.filter((type) => BACKGROUND.test(type))).toContain('Timeout');
      expect(effects.undici).toBeGreaterThan(0);
      // Its main entry takes three times as long, and becomes the dispatcher of the process's own fetch.
      expect(effects.wholeUndici).toBe(false);
    },
  );

  it.each([
    ['--input-type=module', `import 'opentelemetry-stardust'; import 'opentelemetry-stardust/dev';`],
    ['--input-type=commonjs', `require('opentelemetry-stardust'); require('opentelemetry-stardust/dev');`],
  ])('a program that only imports (%s) calls nobody and ends at once', async (type, source) => {
    let connections = 0;
    const server = createServer(() => connections++).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const env = { STARDUST_SERVER: addressOf(server), STARDUST_APP_ID: 'shop' };
    const ended = await runNode([type, '--eval', source], { cwd: app.folder, env });
    expect(ended).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(ended.tookMs).toBeLessThan(3_000);
    expect(connections).toBe(0);
  });

  async function effectsOf(...args: string[]): Promise<Effects> {
    const env = { STARDUST_SERVER: 'http://127.0.0.1:1', STARDUST_APP_ID: 'shop' };
    const { stdout, stderr } = await runNode(['effects.cjs', ...args], { cwd: app.folder, env });
    expect(stderr).toBe('');
    return JSON.parse(stdout) as Effects;
  }
});

/** Async resources of timers, sockets, look-ups and the like; loading files makes others. */
const BACKGROUND = /timeout|tcp|tls|pipe|dns|addr|udp|http|worker|signal|process/i;

/** What effects.cjs prints. */
interface Effects {
  readonly before: readonly [string, number][];
  readonly after: readonly [string, number][];
  readonly resources: readonly string[];
  readonly made: readonly string[];
  readonly undici: number;
  readonly wholeUndici: boolean;
  readonly fetch: boolean;
}

function addressOf(server: ReturnType<typeof createServer>): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}
