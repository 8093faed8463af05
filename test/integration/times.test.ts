import { describe, expect, test } from 'vitest';
import type { WireBuilder, WireSample } from '../../src/wire/report-forms.ts';
import { devServer, exporterFor, fakeTime, pass, reports } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

/** All times on the wire are by the clock of the server, to the millisecond. */

const MINUTE = 60_000;
const DAY = 86_400_000;
const STARTED = Date.UTC(2026, 10, 24, 10, 1, 0);

const thrown = { name: 'exception', attributes: { 'exception.type': 'TypeError' } };

/** The builders with counts that a service sends whose server's clock is this far ahead, by their names. */
async function buildersUnder(aheadMs: number): Promise<Map<string, WireBuilder>> {
  fakeTime(STARTED);
  const server = await devServer({ clockOffsetMillis: aheadMs, limits: { period: 3_600 } });
  const exporter = exporterFor(server, { naming: 'stardust', periodSeconds: 3_600 });
  await exporter.forceFlush();
  await pass(20_000, 1_000);
  exporter.count(makeSpan({ name: 'op', ms: 250, attributes: { 'http.request.body.size': 9 } }));
  await pass(2_000);
  exporter.count(makeSpan({ name: 'op', ms: 40, error: 'boom', events: [thrown] }));
  await pass(3_000);
  await exporter.forceFlush();
  const sent = reports(server).flatMap(({ builders }) => builders as unknown as WireBuilder[]);
  return new Map(sent.filter(({ Total }) => Total > 0).map((each) => [each.Name, each]));
}

const inMs = (times: { readonly StartTime: number; readonly EndTime: number }) => [
  times.StartTime,
  times.EndTime,
];
const first = (samples: readonly WireSample[] = []) => samples.map(inMs)[0];

// What is within a second may be the way of an answer, and moves nothing.
describe.each([
  [0, 0],
  [900, 0],
  [-900, 0],
  [20 * MINUTE, 20 * MINUTE],
  [-20 * MINUTE, -20 * MINUTE],
  [5 * DAY, 5 * DAY],
  [-5 * DAY, -5 * DAY],
])('of a server whose clock is %i ms ahead', (aheadMs, byMs) => {
  const at = (ms: number) => STARTED + byMs + ms;

  test('a builder begins with its first span and ends with the taking', async () => {
    const builders = await buildersUnder(aheadMs);
    expect(builders.get('op')).toMatchObject({ StartTime: at(20_000), EndTime: at(25_000) });
    expect(builders.get('ex:TypeError')).toMatchObject({ StartTime: at(22_000), EndTime: at(25_000) });
  });

  test('samples of all kinds begin and end with their span', async () => {
    const builders = await buildersUnder(aheadMs);
    expect(first(builders.get('op')?.Samples)).toEqual([at(19_750), at(20_000)]);
    expect(first(builders.get('op')?.ErrorSamples)).toEqual([at(21_960), at(22_000)]);
    expect(first(builders.get('ex:TypeError')?.Samples)).toEqual([at(21_960), at(22_000)]);
  });

  test('nothing else depends on it', async () => {
    const timeless = (builders: Map<string, WireBuilder>) =>
      [...builders.values()].map((builder) =>
        JSON.parse(JSON.stringify(builder, (key, value) => (/Time$|Id$/.test(key) ? typeof value : value))),
      );
    expect(timeless(await buildersUnder(aheadMs))).toEqual(timeless(await buildersUnder(0)));
  });
});

test.each([
  [0, 0],
  [1_000_000, 1],
  [123_456_789, 123],
  [500_600_000, 501],
  [999_000_000, 999],
])('a span that starts %i ns after a second is shown at its millisecond %i', async (nanos, millis) => {
  fakeTime(STARTED);
  const server = await devServer();
  const exporter = exporterFor(server);
  const startTime: [number, number] = [STARTED / 1_000 - 7, nanos];
  exporter.count({ ...makeSpan({ name: 'op', ms: 2_500.6 }), startTime });
  await exporter.forceFlush();
  const [builder] = reports(server)
    .flatMap(({ builders }) => builders as unknown as WireBuilder[])
    .filter(({ Total }) => Total > 0);
  const startedMs = STARTED - 7_000 + millis;
  expect(first(builder?.Samples)).toEqual([startedMs, startedMs + 2_501]);
});
