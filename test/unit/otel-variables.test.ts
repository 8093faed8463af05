import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { propagatorOf } from '../../src/chains/otel-propagators.ts';
import { samplerOf } from '../../src/chains/otel-sampler.ts';
import { logLines } from '../support/logged.ts';

/** Variables of OpenTelemetry that say how chains go on. */

const folders: string[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const SPAN_ID = 'c000020219d0000a';
/** Folded to 32 bits, as the SDK does it: 0, one, a half, nearly all, all, and a mixed one. */
const TRACE_IDS = [
  '0af7651916cd43dd8448eb211c80319c',
  `${'0'.repeat(31)}1`,
  `80000000${'0'.repeat(24)}`,
  `7fffffff${'0'.repeat(24)}`,
  `${'0'.repeat(8)}7fffffff${'0'.repeat(16)}`,
  `${'0'.repeat(16)}80000000${'0'.repeat(8)}`,
  `${'0'.repeat(24)}fffffffe`,
  `${'0'.repeat(24)}ffffffff`,
  `ffffffffffffffff${'0'.repeat(15)}1`,
  '0'.repeat(32),
  'x',
  '',
];
const PARENTS = [
  ROOT_CONTEXT,
  ...[0, 1, 2, 3].map((traceFlags) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_IDS[0] ?? '', spanId: SPAN_ID, traceFlags }),
  ),
  trace.setSpanContext(ROOT_CONTEXT, { traceId: '', spanId: SPAN_ID, traceFlags: 1 }),
  trace.setSpanContext(ROOT_CONTEXT, { traceId: '', spanId: SPAN_ID, traceFlags: 0 }),
];

const on = new AlwaysOnSampler();
const off = new AlwaysOffSampler();
const ratio = (share: number) => new TraceIdRatioBasedSampler(share);
const under = (root: typeof on | TraceIdRatioBasedSampler) => new ParentBasedSampler({ root });

describe('OTEL_TRACES_SAMPLER', () => {
  test.each([
    ['always_on', undefined, on],
    ['ALWAYS_OFF', undefined, off],
    ['traceidratio', undefined, ratio(1)],
    ['traceidratio', '0', ratio(0)],
    ['traceidratio', '0.5', ratio(0.5)],
    ['traceidratio', '1', ratio(1)],
    ['traceidratio', '-0.5', ratio(1)],
    ['traceidratio', '1.5', ratio(1)],
    ['traceidratio', 'half', ratio(1)],
    ['parentbased_always_on', undefined, under(on)],
    ['parentbased_always_off', undefined, under(off)],
    ['parentbased_traceidratio', '0.5', under(ratio(0.5))],
  ])('%s with argument %s decides as the SDK does', (name, argument, expected) => {
    const { sampler, fault } = samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
    expect([String(sampler), fault]).toEqual([name.toLowerCase(), undefined]);
    for (const [index, parent] of PARENTS.entries()) {
      for (const id of TRACE_IDS) {
        const decision = sampler?.shouldSample(parent, id, 'op', 0, {}, []).decision;
        expect([index, id, decision]).toEqual([
          index,
          id,
          expected.shouldSample(parent, id, 'op', 0, {}, []).decision,
        ]);
      }
    }
  });

  test.each([
    'always',
    'parentbased_',
    'parentbased_jaeger',
    'xparentbased_always_on',
    'constructor',
    '__proto__',
  ])('%s is no sampler, and this is told', (name) => {
    expect(samplerOf({ OTEL_TRACES_SAMPLER: name })).toEqual({
      fault: `variable OTEL_TRACES_SAMPLER: "${name}" is not a sampler`,
    });
  });

  test.each([
    ['nothing', undefined, undefined],
    ['nothing', '', undefined],
    ['nothing', 'none', undefined],
    ['nothing', 'None', undefined],
    ["the SDK's default", 'otlp', 'parentbased_always_on'],
    ["the SDK's default", 'console,none', 'parentbased_always_on'],
  ])('if missing, is %s with OTEL_TRACES_EXPORTER=%s', (_, exporter, name) => {
    const { sampler } = samplerOf({ OTEL_TRACES_EXPORTER: exporter });
    expect(sampler && String(sampler)).toBe(name);
  });
});

describe('OTEL_PROPAGATORS', () => {
  const W3C = ['traceparent', 'tracestate'];
  const MULTI = ['x-b3-traceid', 'x-b3-spanid', 'x-b3-flags', 'x-b3-sampled', 'x-b3-parentspanid'];

  test.each([
    [undefined, [...W3C, 'baggage']],
    ['tracecontext', W3C],
    ['TraceContext', W3C],
    [' baggage , tracecontext ', ['baggage', ...W3C]],
    ['baggage,baggage', ['baggage']],
    ['b3', ['b3']],
    ['b3multi', MULTI],
    ['jaeger', ['uber-trace-id']],
    ['none', []],
    [',', []],
    ['none,baggage', ['baggage']],
  ])('of %j carries %j', (value, fields) => {
    const lines = logLines();
    expect(propagatorOf({ OTEL_PROPAGATORS: value }).fields()).toEqual(fields);
    expect(lines).toEqual([]);
  });

  test.each(['xray', 'constructor', '__proto__'])(
    'leaves out %s, which is not known, and this is logged',
    (name) => {
      const lines = logLines();
      expect(propagatorOf({ OTEL_PROPAGATORS: `${name},baggage` }).fields()).toEqual(['baggage']);
      expect(lines).toEqual([`warn variable OTEL_PROPAGATORS: "${name}" is not known here and is left out`]);
    },
  );

  test('leaves out what has no package in the folder of the app, and this is logged', () => {
    const lines = logLines();
    vi.spyOn(process, 'cwd').mockReturnValue(folder());
    expect(propagatorOf({ OTEL_PROPAGATORS: 'b3,jaeger,tracecontext' }).fields()).toEqual(W3C);
    expect(lines).toEqual([
      'warn variable OTEL_PROPAGATORS: b3 needs the package @opentelemetry/propagator-b3',
      'warn variable OTEL_PROPAGATORS: jaeger needs the package @opentelemetry/propagator-jaeger',
    ]);
  });

  test('takes the packages of the app, and leaves out those that lack what is asked for, which is logged', () => {
    const lines = logLines();
    const app = folder();
    for (const name of ['propagator-b3', 'propagator-jaeger']) {
      const at = join(app, 'node_modules/@opentelemetry', name);
      mkdirSync(at, { recursive: true });
      writeFileSync(join(at, 'index.js'), '');
    }
    vi.spyOn(process, 'cwd').mockReturnValue(app);
    expect(propagatorOf({ OTEL_PROPAGATORS: 'b3,b3multi,jaeger,baggage' }).fields()).toEqual(['baggage']);
    expect(lines).toEqual([
      'warn variable OTEL_PROPAGATORS: b3 needs the package @opentelemetry/propagator-b3',
      'warn variable OTEL_PROPAGATORS: b3multi needs the package @opentelemetry/propagator-b3',
      'warn variable OTEL_PROPAGATORS: jaeger needs the package @opentelemetry/propagator-jaeger',
    ]);
  });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'app-'));
  folders.push(made);
  return made;
}
