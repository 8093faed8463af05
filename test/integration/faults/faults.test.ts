import { afterEach, expect, test, vi } from 'vitest';
import { startDevServer } from '../../../src/dev/index.ts';
import { Dice } from '../../support/dice.ts';
import { faultSeed } from '../../support/fault-seed.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { fakeTime, pass, stopFor } from '../../support/harness.ts';
import { Accidents } from './support/accidents.ts';
import { expectEachCountOnceOrTold } from './support/net.ts';
import { Place } from './support/place.ts';
import { Service } from './support/service.ts';

const ROUNDS_PER_RUN = 25;
const MINUTE_MS = 60_000;
const { FAULT_ROUNDS } = process.env;
const rounds = Number(FAULT_ROUNDS ?? 1_000);
const seed = faultSeed(FAULT_ROUNDS);
const seeds = Array.from({ length: Math.ceil(rounds / ROUNDS_PER_RUN) }, (_, i) => seed + i);

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test.each(seeds)(
  'every count arrives once, or twice where stats() says so, whatever goes wrong (seed %i)',
  async (each) => {
    fakeTime();
    const dice = new Dice(each);
    const jitter = new Dice(each);
    vi.spyOn(Math, 'random').mockImplementation(() => jitter.roll());
    // A step of the clock lets no token expire: which ones are good is known only of those that are revoked.
    const options = { port: 0, tokenExpireSeconds: 100_000_000 };
    const places = await Promise.all(
      Array.from({ length: dice.between(1, 2) }, async () => new Place(await startDevServer(options))),
    );
    for (const place of places) {
      place.server.setLimits({ period: 10 });
      await place.gate.open();
    }
    const backlogDirectory = dice.percent(60) ? temporaryFolder() : undefined;
    const disk = backlogDirectory === undefined ? undefined : new Accidents(backlogDirectory);
    const service = new Service({
      server: places.map(({ gate }) => gate.url).join(','),
      appId: 'app',
      requestTimeoutMillis: 2_000,
      shutdownTimeoutMillis: 1_000,
      resendUnclear: dice.percent(80),
      backlogDirectory,
    });
    for (let round = 0; round < ROUNDS_PER_RUN; round++) {
      for (const place of places) await place.suffer(dice);
      if (dice.percent(15)) disk?.suffer(dice);
      if (dice.percent(5)) service.stepClock(dice.oneOf([-1, 1]) * dice.between(1, 600) * MINUTE_MS);
      if (dice.percent(5)) stopFor(dice.between(1, 30) * MINUTE_MS);
      // The service learns of broken connections before it uses them again.
      await pass(1);
      service.work(dice);
      await pass(dice.oneOf([1_000, 12_000, 25_000, 70_000]), 1_000);
      if (dice.percent(30)) await service.flush();
      if (dice.percent(60)) {
        for (const place of places) await place.mend();
        disk?.mend();
      }
      if (dice.percent(8)) {
        disk?.mend();
        await service.restart();
        disk?.forget();
      }
    }
    for (const place of places) await place.mend();
    disk?.mend();
    // Past a refused login's pause, and what another life has left behind.
    for (let i = 0; i < 10; i++) await pass(30_000, 2_000);
    for (let i = 0; i < 3; i++) await service.flush();
    expect(service.waiting).toBe(0);
    await service.end();
    for (const place of places) await place.close();
    expectEachCountOnceOrTold(service, places);
  },
  300_000,
);
