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

  arrived(name: string): number {
    return this.server.app('app')?.names.find((each) => each.name === name)?.total ?? 0;
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
  /** Spans counted, by name. */
  readonly counted = new Map<string, number>();
  #exporter: StardustExporter;

  constructor(options: StardustOptions) {
    this.#options = options;
    this.#exporter = new StardustExporter(options);
  }

  work(dice: Dice): void {
    const names = dice.between(1, 8);
    for (let i = dice.between(0, 40); i > 0; i--) {
      const name = `op ${i % names}`;
      this.counted.set(name, (this.counted.get(name) ?? 0) + 1);
      this.#exporter.count(makeSpan({ name, error: i % 7 === 0 }));
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

  get resendsUnclear(): boolean {
    return this.#options.resendUnclear !== false;
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
      resendUnclear: dice.percent(80),
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
    const arrived = new Map(
      [...service.counted.keys()].map((name) => [name, sumOf(places, (place) => place.arrived(name))]),
    );
    for (const place of places) await place.close();
    expectTheFigures(service, arrived);
  },
  120_000,
);

function sumOf<T>(items: Iterable<T>, figure: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += figure(item);
  return sum;
}

/** What was counted has arrived, name by name, but for what stats() tells. */
function expectTheFigures(service: Service, arrived: ReadonlyMap<string, number>): void {
  const counted = service.sum((stats) => stats.counted - stats.adopted);
  expect(sumOf(service.counted.values(), (each) => each)).toBe(counted);
  expect(service.sum(({ givenUp }) => givenUp.expired + givenUp.overBound + givenUp.handedOver)).toBe(0);
  // What was given up may have been on its way, and have arrived; under resendUnclear false what passed for delivered may not.
  const givenUp = service.sum(({ givenUp: { unreadable, shutdown } }) => unreadable + shutdown);
  const unclear = service.sum(({ reports }) => reports.unclear - reports.resent);
  const missing = sumOf(service.counted, ([name, spans]) => Math.max(0, spans - (arrived.get(name) ?? 0)));
  const doubled = sumOf(service.counted, ([name, spans]) => Math.max(0, (arrived.get(name) ?? 0) - spans));
  if (service.resendsUnclear) expect(missing).toBeLessThanOrEqual(givenUp);
  else expect(missing === 0 || givenUp + unclear > 0).toBe(true);
  expect(doubled).toBeLessThanOrEqual(service.sum((stats) => stats.resentSpans));
}
