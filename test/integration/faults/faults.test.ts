import { afterEach, expect, test, vi } from 'vitest';
import { type DevServer, startDevServer } from '../../../src/dev/index.ts';
import { StardustExporter, type StardustOptions, type StardustStats } from '../../../src/index.ts';
import { Dice } from '../../support/dice.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { Gate } from '../../support/gate.ts';
import { fakeTime, pass } from '../../support/harness.ts';
import { makeSpan } from '../../support/make-span.ts';
import { mishap } from '../../support/mishaps.ts';

const ROUNDS_PER_RUN = 25;
const rounds = Number(process.env.FAULT_ROUNDS ?? 1_000);
const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1_000_000));
const seeds = Array.from({ length: Math.ceil(rounds / ROUNDS_PER_RUN) }, (_, i) => seed + i);

afterEach(() => {
  vi.useRealTimers();
});

/** One place that a service reports to, and the way there. */
class Place {
  readonly server: DevServer;
  readonly gate: Gate;
  #mends: (() => void)[] = [];

  constructor(server: DevServer) {
    this.server = server;
    this.gate = new Gate(server.port);
  }

  async suffer(dice: Dice): Promise<void> {
    if (dice.percent(70)) this.#mends.push(this.server.fault(mishap(dice)));
    if (dice.percent(10)) this.server.revokeTokens();
    if (dice.percent(10) && this.gate.isOpen) await this.gate.shut();
  }

  async mend(): Promise<void> {
    for (const mend of this.#mends.splice(0)) mend();
    if (!this.gate.isOpen) await this.gate.open();
  }

  get arrived(): number {
    return this.server.app('app')?.names.reduce((sum, name) => sum + name.total, 0) ?? 0;
  }

  async close(): Promise<void> {
    await this.gate.shut();
    await this.server.close();
  }
}

/** A service that is started again now and then; what all of its lives have counted. */
class Service {
  readonly #options: StardustOptions;
  readonly #lives: StardustStats[] = [];
  #exporter: StardustExporter;

  constructor(options: StardustOptions) {
    this.#options = options;
    this.#exporter = new StardustExporter(options);
  }

  work(dice: Dice): void {
    const names = dice.between(1, 8);
    for (let i = dice.between(0, 40); i > 0; i--) {
      this.#exporter.count(makeSpan({ name: `op ${i % names}`, error: i % 7 === 0 }));
    }
  }

  async flush(): Promise<void> {
    await whilePassing(this.#exporter.forceFlush(), 3_000);
  }

  async end(): Promise<void> {
    await whilePassing(this.#exporter.shutdown(), 1_000);
    this.#lives.push(this.#exporter.stats());
  }

  async restart(): Promise<void> {
    await this.end();
    this.#exporter = new StardustExporter(this.#options);
  }

  get waiting(): number {
    return this.#exporter.stats().waiting;
  }

  sum(figure: (stats: StardustStats) => number): number {
    return this.#lives.reduce((sum, stats) => sum + figure(stats), 0);
  }
}

async function whilePassing(work: Promise<void>, ms: number): Promise<void> {
  await pass(ms, 500);
  await work;
}

test.each(seeds)(
  'every count arrives once, or twice where stats() says so, whatever goes wrong (seed %i)',
  async (each) => {
    fakeTime();
    const dice = new Dice(each);
    const places = await Promise.all(
      Array.from({ length: dice.between(1, 2) }, async () => new Place(await startDevServer({ port: 0 }))),
    );
    for (const place of places) {
      place.server.setLimits({ period: 10 });
      await place.gate.open();
    }
    const service = new Service({
      server: places.map(({ gate }) => gate.url).join(','),
      appId: 'app',
      requestTimeoutMillis: 2_000,
      shutdownTimeoutMillis: 1_000,
      ...(dice.percent(60) ? { backlogDirectory: temporaryFolder() } : {}),
    });
    for (let round = 0; round < ROUNDS_PER_RUN; round++) {
      for (const place of places) await place.suffer(dice);
      service.work(dice);
      await pass(dice.oneOf([1_000, 12_000, 25_000, 70_000]), 1_000);
      if (dice.percent(30)) await service.flush();
      if (dice.percent(8)) await service.restart();
      if (dice.percent(60)) for (const place of places) await place.mend();
    }
    for (const place of places) await place.mend();
    // Past a refused login's pause, and what another life has left behind.
    for (let i = 0; i < 10; i++) await pass(30_000, 2_000);
    for (let i = 0; i < 3; i++) await service.flush();
    expect(service.waiting).toBe(0);
    await service.end();
    const arrived = places.reduce((sum, place) => sum + place.arrived, 0);
    for (const place of places) await place.close();
    expectTheFigures(service, arrived);
  },
  120_000,
);

function expectTheFigures(service: Service, arrived: number): void {
  const counted = service.sum((stats) => stats.counted - stats.adopted);
  const givenUp = service.sum(({ givenUp: { unreadable, shutdown } }) => unreadable + shutdown);
  const others = service.sum(
    (stats) => stats.givenUp.expired + stats.givenUp.overBound + stats.givenUp.handedOver,
  );
  const resent = service.sum((stats) => stats.resentSpans);
  // What shutdown gave up may have been on its way, and have arrived.
  const perhaps = service.sum((stats) => stats.givenUp.shutdown);
  expect(others).toBe(0);
  expect(arrived).toBeGreaterThanOrEqual(counted - givenUp);
  expect(arrived).toBeLessThanOrEqual(counted - givenUp + resent + perhaps);
}
