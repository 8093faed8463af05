import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { StardustExporter } from '../../src/index.ts';
import { Dice } from '../support/dice.ts';
import { faultSeed } from '../support/fault-seed.ts';
import { temporaryFolder } from '../support/folders.ts';
import { hostileSpan, saneSpan } from '../support/hostile-spans.ts';
import { mishap } from '../support/mishaps.ts';
import { built } from '../support/processes/built.ts';

const seconds = Number(process.env.SOAK_SECONDS ?? 60);
const seed = faultSeed(process.env.SOAK_SECONDS);
/** Of the time, after which nothing may grow any more. */
const WARM_UP = 0.4;
const MIB = 1024 * 1024;

beforeAll(() => built(), 90_000);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Reading {
  readonly heapBytes: number;
  readonly handles: number;
}

function reading(): Reading {
  collectGarbage();
  return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

async function answerOf<T>(server: ChildProcess): Promise<T> {
  return new Promise((resolve) => server.once('message', (answer) => resolve(answer as T)));
}

/** For what waits at the end, once the server answers again. */
const PATIENCE_MS = 30_000;

test(
  `for ${seconds} s under hostile spans and a failing server, memory is flat and every count arrives (seed ${seed})`,
  async () => {
    const dice = new Dice(seed);
    const server = fork(join(import.meta.dirname, 'server.mjs'), { stdio: 'inherit' });
    const { url } = await answerOf<{ url: string }>(server);
    const exporter = new StardustExporter({
      server: url,
      appId: 'soak',
      maxNames: 200,
      requestTimeoutMillis: 500,
      backlogDirectory: temporaryFolder(),
    });
    const spans = fc.sample(fc.oneof(hostileSpan, saneSpan()), { seed, numRuns: 1_000 });
    const readings: Reading[] = [];
    const end = performance.now() + seconds * 1_000;
    while (performance.now() < end) {
      for (let burst = 0; burst < 10; burst++) {
        for (let i = 0; i < 500; i++) exporter.count(dice.oneOf(spans as [never, ...never[]]));
        await delay(100);
      }
      if (dice.percent(30)) server.send({ do: 'fail', fault: mishap(dice) });
      if (dice.percent(50)) server.send({ do: 'mend' });
      if (dice.percent(5)) server.send({ do: 'revoke' });
      if (dice.percent(20)) await exporter.forceFlush();
      readings.push(reading());
    }
    server.send({ do: 'mend' });
    // A busy machine may need longer for an answer than a request has.
    const patience = performance.now() + PATIENCE_MS;
    while (exporter.stats().waiting > 0 && performance.now() < patience) await exporter.forceFlush();
    const stats = exporter.stats();
    await exporter.shutdown();
    server.send({ do: 'total' });
    const { total } = await answerOf<{ total: number }>(server);
    server.kill();
    expectFlat(readings.slice(Math.floor(readings.length * WARM_UP)));
    const { counted, givenUp, resentSpans, waiting } = stats;
    console.log(
      `${counted} counted, ${total} arrived, ${givenUp.unreadable} unreadable, ${resentSpans} sent twice`,
    );
    expect({ waiting, overBound: givenUp.overBound, expired: givenUp.expired }).toEqual({
      waiting: 0,
      overBound: 0,
      expired: 0,
    });
    expect(total).toBeGreaterThanOrEqual(counted - givenUp.unreadable);
    expect(total).toBeLessThanOrEqual(counted - givenUp.unreadable + resentSpans);
  },
  (seconds + 60) * 1_000,
);

/** The least of a stretch is what is really held: above it is what a moment needs. */
function expectFlat(readings: readonly Reading[]): void {
  const half = Math.floor(readings.length / 2);
  const least = (part: readonly Reading[], figure: keyof Reading) =>
    Math.min(...part.map((each) => each[figure]));
  const heap = [
    least(readings.slice(0, half), 'heapBytes'),
    least(readings.slice(half), 'heapBytes'),
  ] as const;
  const handles = [
    least(readings.slice(0, half), 'handles'),
    least(readings.slice(half), 'handles'),
  ] as const;
  console.log(
    `heap ${heap.map((bytes) => (bytes / MIB).toFixed(1)).join(' then ')} MiB, handles ${handles.join(' then ')}`,
  );
  expect(heap[1]).toBeLessThan(heap[0] * 1.05 + 2 * MIB);
  expect(handles[1]).toBeLessThanOrEqual(handles[0] + 1);
}
