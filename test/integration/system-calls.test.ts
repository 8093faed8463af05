import { ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stardust } from '../../src/index.ts';
import type { StardustStats } from '../../src/lifecycle/stats.ts';
import { Authority } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { devServer, fakeTime, pass } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';
import { refuse, systemCallsInSrc } from '../support/system-calls.ts';
import { tlsFront } from '../support/tls-front.ts';

/** Each call by which src asks something of the system, refused in turn: with a disk, TLS, pings and a sampler. */

const authority = new Authority();
const calls = systemCallsInSrc();
const names = calls.map(({ name }) => name);
const undo: (() => void)[] = [];

afterEach(() => {
  for (const each of undo.splice(0)) each();
  vi.unstubAllEnvs();
});

function refused(name: string): () => void {
  const allow = refuse(name);
  undo.push(allow);
  return allow;
}

async function setUp() {
  fakeTime();
  const server = await devServer({ limits: { period: 10 } });
  const front = await tlsFront(server.port, authority.issue());
  const files = folder();
  vi.stubEnv('STARDUST_CA', files.write('ca.pem', authority.cert));
  vi.stubEnv('OTEL_PROPAGATORS', 'tracecontext,baggage,b3');
  return { server, options: { server: front.url, appId: 'app', backlogDirectory: files.path('backlog') } };
}

function expectBalanced({ counted, delivered, waiting, givenUp }: StardustStats): void {
  const lost = Object.values(givenUp).reduce((sum, each) => sum + each, 0);
  expect({ lost, counted }).toEqual({ lost: 0, counted: delivered + waiting });
}

it('finds the calls, so that a new one has its test', () => {
  expect(names.length).toBeGreaterThan(45);
  expect(names).toEqual(
    expect.arrayContaining([
      'os.networkInterfaces',
      'fs.statSync',
      'fs/promises.rename',
      'process.memoryUsage.rss',
      'zlib.gzip',
      'tls.createSecureContext',
      'worker_threads.Worker',
    ]),
  );
});

describe('a call that the host refuses costs at most time', { timeout: 30_000 }, () => {
  it.each(names)('%s, from the beginning: what was counted arrives once it is allowed', async (name) => {
    const { options } = await setUp();
    const allow = refused(name);
    const { spanProcessors, sampler } = stardust(options);
    const [processor] = spanProcessors;
    sampler.shouldSample(ROOT_CONTEXT, '', 'op', 1, {}, []);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(12_000, 2_000);
    expectBalanced(processor.stats());
    allow();
    await pass(61_000, 20_000);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ counted: 1, delivered: 1 });
    await processor.shutdown();
  });

  it.each(names)('%s, once all runs: pings and counts come, or come later', async (name) => {
    const { server, options } = await setUp();
    const [processor] = stardust(options).spanProcessors;
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    const allow = refused(name);
    processor.onEnd(makeSpan({ name: 'op' }));
    await pass(65_000, 5_000);
    expect(server.app('app')?.pings).toBeGreaterThan(0);
    expectBalanced(processor.stats());
    allow();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ counted: 2, delivered: 2 });
    await processor.shutdown();
  });

  it.each(names)('%s, while it shuts down: it ends in time', async (name) => {
    const { options } = await setUp();
    const [processor] = stardust(options).spanProcessors;
    processor.onEnd(makeSpan({ name: 'op' }));
    await processor.forceFlush();
    refused(name);
    processor.onEnd(makeSpan({ name: 'op' }));
    const ended = processor.shutdown();
    await pass(3_000, 500);
    await ended;
    const { counted, delivered, waiting, givenUp } = processor.stats();
    expect(delivered + waiting + givenUp.shutdown).toBe(counted);
  });
});
