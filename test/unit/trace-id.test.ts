import { propagation, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StardustPropagator } from '../../src/index.ts';
import { originalTraceId } from '../../src/span/trace-id.ts';

const AGENT_ID = `c0000202${Date.now()}0080e19d0`;
const SPAN_ID = 'c000020219d0000a';
const propagator = new StardustPropagator();
const getter = {
  keys: (carrier: Record<string, unknown>) => Object.keys(carrier),
  get: (carrier: Record<string, unknown>, key: string) => carrier[key] as string | undefined,
};
const setter = {
  set: (carrier: Record<string, string>, key: string, value: string) => {
    carrier[key] = value;
  },
};

function passedOn(headers: Record<string, unknown>): Record<string, string> {
  const out: Record<string, string> = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, headers, getter as never), out, setter as never);
  return out;
}

test('the id made for these tests has 30 characters', () => {
  expect(AGENT_ID).toMatch(/^[0-9a-f]{8}\d{13}[0-9a-f]{4}e[0-9a-f]{4}$/);
});

describe('a traceparent of a .NET service', () => {
  test.each(['00', '01'])('with flag %s is carried as 32 characters and handed on as it came', (flag) => {
    const traceparent = `00-${AGENT_ID}-${SPAN_ID}-${flag}`;
    const context = propagator.extract(ROOT_CONTEXT, { traceparent }, getter as never);
    expect(trace.getSpanContext(context)).toMatchObject({
      traceId: `${AGENT_ID}00`,
      spanId: SPAN_ID,
      traceFlags: Number(flag),
      isRemote: true,
    });
    expect(passedOn({ traceparent })).toEqual({ traceparent });
  });

  test('keeps its tracestate', () => {
    const headers = { traceparent: `00-${AGENT_ID}-${SPAN_ID}-01`, tracestate: `a=1,b=${AGENT_ID}00` };
    expect(passedOn(headers)).toEqual(headers);
  });
});

test.each([
  ['in a list of headers, the first', [`00-${AGENT_ID}-${SPAN_ID}-01`, `00-${'1'.repeat(32)}-${SPAN_ID}-01`]],
  ['between blanks', ` 00-${AGENT_ID}-${SPAN_ID}-01 `],
])('a traceparent of a .NET service is found %s', (_, traceparent) => {
  expect(passedOn({ traceparent })).toEqual({ traceparent: `00-${AGENT_ID}-${SPAN_ID}-01` });
});

test.each([
  ['in front', `x00-${AGENT_ID}-${SPAN_ID}-01`],
  ['behind', `00-${AGENT_ID}-${SPAN_ID}-01x`],
])('what has more %s is no traceparent of a .NET service', (_, traceparent) => {
  expect(
    trace.getSpanContext(propagator.extract(ROOT_CONTEXT, { traceparent }, getter as never)),
  ).toBeUndefined();
});

test('without a span nothing is handed on', () => {
  expect(passedOn({})).toEqual({});
});

test('a traceparent of 32 characters passes untouched, even one that ends in 00', () => {
  for (const id of ['0af7651916cd43dd8448eb211c80319c', '0af7651916cd43dd8448eb211c803100']) {
    const traceparent = `00-${id}-${SPAN_ID}-01`;
    expect(passedOn({ traceparent })).toEqual({ traceparent });
  }
});

test.each([
  ['30 hex digits of another shape', `00-${'a'.repeat(30)}-${SPAN_ID}-01`],
  ['an agent id of 1980', `00-c00002020315532800000${'0'.repeat(4)}e19d0-${SPAN_ID}-01`],
  ['31 characters', `00-${AGENT_ID}0-${SPAN_ID}-01`],
  ['no dashes', 'abc'],
  ['nothing', ''],
  ['a number', 7],
  ['null', null],
  ['a list of nothing', []],
  ['a list of objects', [{}]],
])('%s starts a new trace and throws nothing', (_, traceparent) => {
  const context = propagator.extract(ROOT_CONTEXT, { traceparent }, getter as never);
  expect(trace.getSpanContext(context)).toBeUndefined();
});

test('headers of every shape never throw', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (traceparent, tracestate) => {
      propagator.extract(ROOT_CONTEXT, { traceparent, tracestate }, getter as never);
    }),
  );
});

test('ids of OpenTelemetry are never taken for those of an agent', () => {
  const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(hex, (id) => originalTraceId(id) === id),
    { numRuns: 2_000 },
  );
});

describe('an id that came as 30 characters', () => {
  const YEAR = 365.25 * 86_400_000;
  const idOf = (ms: number) => `c0000202${Math.round(ms)}0080e19d0`;

  test.each([
    ['of now', true, idOf(Date.now())],
    ['of nine years ago', true, idOf(Date.now() - 9 * YEAR)],
    ['of eleven years ago', false, idOf(Date.now() - 11 * YEAR)],
    ['of nine years ahead', true, idOf(Date.now() + 9 * YEAR)],
    ['of eleven years ahead', false, idOf(Date.now() + 11 * YEAR)],
    ['behind other characters', false, `ff${AGENT_ID}`],
    ['before other characters', false, `${AGENT_ID}ff`],
  ])('%s is shown as it came: %s', (_, isAgents, id) => {
    expect(originalTraceId(`${id}00`)).toBe(isAgents ? id : `${id}00`);
    expect(originalTraceId(`${id}01`)).toBe(`${id}01`);
  });
});

test('its fields are those of W3C trace context', () => {
  expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  expect(propagation.fields()).toEqual([]);
  expect(TraceFlags.SAMPLED).toBe(1);
});
