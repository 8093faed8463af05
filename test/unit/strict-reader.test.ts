import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builder } from '../support/builder.ts';
import { hostileSpan, saneSpan } from '../support/hostile-spans.ts';
import { type RecordedSpan, read, recordedFiles } from '../support/recorded-spans.ts';
import { readReport, type StrictSample } from '../support/strict-reader.ts';

const SAMPLE: StrictSample = {
  Id: '00f067aa0ba902b1',
  ParentId: '',
  TraceId: '4bf92f3577b34da6a3ce929d0e0e4731',
  StartTime: 1795529927966,
  EndTime: 1795529927976,
  Value: 0,
  Tag: 'GET /users/1',
  TraceFlag: 1,
  Error: '',
};
/** The builder of the recorded exchanges, with the fields filled in that those leave out. */
const BUILDER = builder('GET /users/:id', {
  StartTime: 1795529867976,
  EndTime: 1795529927976,
  Total: 3,
  Errors: 1,
  Cost: 30,
  MaxCost: 20,
  MinCost: 1,
  Value: 0,
  Samples: [SAMPLE],
  ErrorSamples: [{ ...SAMPLE, Id: '00f067aa0ba902b2', Error: 'TypeError: boom' }],
});

type Changes = { readonly [field: string]: unknown };

function report(changes: Changes = {}): string {
  const who = { AppId: 'rec-app', AppName: 'Recording App', ClientId: '127.0.0.1@4242', Version: '1.2.3' };
  return JSON.stringify({ ...who, Builders: [BUILDER], ...changes });
}

function withBuilder(changes: Changes): string {
  return report({ Builders: [{ ...BUILDER, ...changes }] });
}

function sample(changes: Changes): string {
  return withBuilder({ Samples: [{ ...SAMPLE, ...changes }] });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf8 = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytes(part) : Uint8Array.from(part))));

/** Those marked `*` were answered with `{"code":0,"data":null}`, everything lost. */
const FAULTS: readonly (readonly [body: string | Uint8Array, message: string])[] = [
  [withBuilder({ Cost: 30.5 }), 'Builders[0].Cost: 30.5 is no whole number'], // *
  [withBuilder({ Total: 3e9 }), 'Builders[0].Total: 3000000000 is not within 0 and 2147483647'], // *
  [sample({ Tag: '\ud83d' }), 'Builders[0].Samples[0].Tag: a lone surrogate'], // *
  ['{bad', 'body: no JSON: SyntaxError'], // *
  [report({ AppId: '' }), 'AppId: is empty'], // *

  // What is no text, or hides something from a lenient parser.
  ['', 'body: no JSON: SyntaxError'],
  ['null', 'body: null is no object'],
  [`\ufeff${report()}`, 'body: no JSON: SyntaxError'],
  [utf8([0xef, 0xbb, 0xbf], report()), 'body: no JSON: SyntaxError'],
  [utf8('{"AppId":"', [0xff], '"}'), 'body: the bytes are no UTF-8'],
  [utf8('{"AppId":"', [0xed, 0xa0, 0xbd], '"}'), 'body: the bytes are no UTF-8'],
  [report().replace('rec-app', '\udc00'), 'AppId: a lone surrogate'],
  [report().replace('"AppId"', '"\\ud800":1,"AppId"'), '"\\ud800": a lone surrogate in a key'],
  [
    report().replace('"Cost":30', '"Cost":30.0'),
    'body: 30.0 is a whole number written as a fraction or power',
  ],
  [report().replace('"Cost":30', '"Cost":3e1'), 'body: 3e1 is a whole number written as a fraction or power'],
  [report().replace('"Cost":30', '"Cost":30,"Cost":30'), 'body: a field is given twice'],
  [sample({ Tag: '中'.repeat(180_000) }), 'body: 540660 bytes are more than 525312'],

  // Fields and their types.
  [report({ AppId: undefined }), 'AppId: is missing'],
  [report({ AppName: null }), 'AppName: null is no string'],
  [report({ ClientId: 'c'.repeat(51) }), 'ClientId: 51 UTF-16 units are more than 50'],
  [report({ Version: undefined }), 'Version: is missing'],
  [report({ Version: '' }), 'Version: is empty'],
  [report({ Info: {} }), 'Info: is no field of the protocol'],
  [report({ Builders: null }), 'Builders: null is no array'],
  [report({ Builders: [BUILDER, null] }), 'Builders[1]: null is no object'],
  [report({ Builders: [[]] }), 'Builders[0]: [] is no object'],
  [
    report({ Builders: Array(500).fill({ ...BUILDER, Samples: [], ErrorSamples: [] }) }),
    '500 builders are more than 499',
  ],
  [withBuilder({ Value: undefined }), 'Builders[0].Value: is missing'],
  [withBuilder({ name: 'x' }), 'Builders[0].name: is no field of the protocol'],
  [withBuilder({ Samples: {} }), 'Builders[0].Samples: {} is no array'],
  [withBuilder({ ErrorSamples: undefined }), 'Builders[0].ErrorSamples: is missing'],
  [withBuilder({ Errors: '1' }), 'Builders[0].Errors: "1" is no number'],

  // Figures.
  [withBuilder({ Errors: -1 }), 'Builders[0].Errors: -1 is not within'],
  [withBuilder({ MaxCost: 2 ** 31 }), 'Builders[0].MaxCost: 2147483648 is not within'],
  [withBuilder({ MinCost: -1 }), 'Builders[0].MinCost: -1 is not within'],
  [withBuilder({ Cost: 2 ** 53 }), 'Builders[0].Cost: 9007199254740992 is not within'],
  [withBuilder({ Value: -1 }), 'Builders[0].Value: -1 is not within'],
  [report().replace('"Cost":30', '"Cost":1e999'), 'Builders[0].Cost: Infinity is no whole number'],
  [withBuilder({ Errors: 4 }), 'Builders[0].Errors: 4 is more than Total 3'],
  [withBuilder({ MinCost: 21 }), 'Builders[0].MinCost: 21 is more than MaxCost 20'],
  [withBuilder({ Cost: 19 }), 'Builders[0].Cost: 19 is less than MaxCost 20'],
  [withBuilder({ MinCost: 11, Cost: 31 }), 'Builders[0].Cost: 31 is less than MinCost x Total 33'],
  [withBuilder({ Cost: 64 }), 'Builders[0].Cost: 64 is more than MaxCost x Total 60'],
  [withBuilder({ Total: 0, Errors: 0 }), 'Builders[0].Cost: 30 is more than MaxCost x Total 0'],

  // Times.
  [withBuilder({ StartTime: 1795529867976.5 }), 'Builders[0].StartTime: 1795529867976.5 is no whole number'],
  [withBuilder({ StartTime: -62_135_596_800_001 }), 'Builders[0].StartTime: -62135596800001 is not within'],
  [withBuilder({ EndTime: 253_402_300_800_000 }), 'Builders[0].EndTime: 253402300800000 is not within'],
  [withBuilder({ EndTime: 1 }), 'Builders[0].EndTime: 1 is before StartTime 1795529867976'],
  [sample({ EndTime: 1 }), 'Builders[0].Samples[0].EndTime: 1 is before StartTime'],

  // Names.
  [withBuilder({ Name: '' }), 'Builders[0].Name: is empty'],
  [withBuilder({ Name: ' \u3000' }), 'Builders[0].Name: is blank'],
  [withBuilder({ Name: `/${'n'.repeat(200)}` }), 'Builders[0].Name: 201 UTF-16 units are more than 200'],
  [withBuilder({ Name: '/a\u0085' }), 'holds a control character'],
  [withBuilder({ Name: 'a\nb' }), 'Builders[0].Name: "a\\nb" holds a control character'],

  // Samples.
  [sample({ Id: 'i'.repeat(51) }), 'Builders[0].Samples[0].Id: 51 UTF-16 units are more than 50'],
  [sample({ ParentId: 'i'.repeat(51) }), 'Samples[0].ParentId: 51 UTF-16 units are more than 50'],
  [sample({ TraceId: 'i'.repeat(51) }), 'Samples[0].TraceId: 51 UTF-16 units are more than 50'],
  [sample({ Tag: 't'.repeat(2001) }), 'Samples[0].Tag: 2001 UTF-16 units are more than 2000'],
  [
    withBuilder({ ErrorSamples: [{ ...SAMPLE, Error: 'e'.repeat(2001) }] }),
    'ErrorSamples[0].Error: 2001 UTF-16',
  ],
  [sample({ TraceFlag: 256 }), 'Samples[0].TraceFlag: 256 is not within 0 and 255'],
  [sample({ Value: 0.1 }), 'Samples[0].Value: 0.1 is no whole number'],
  [sample({ Value: undefined }), 'Builders[0].Samples[0].Value: is missing'],
  [sample({ Cost: 1 }), 'Builders[0].Samples[0].Cost: is no field of the protocol'],
  [
    withBuilder({ ErrorSamples: [SAMPLE] }),
    'Builders[0].ErrorSamples[0].Id: "00f067aa0ba902b1" is in Samples as well',
  ],
];

describe('readReport refuses', () => {
  it.each(FAULTS.map(([body, message]) => [message, body] as const))('%s', (message, body) => {
    expect(() => readReport(body)).toThrow(message);
  });
});

describe('recorded spans', () => {
  it('load from every file, in full', () => {
    const counts = new Map(recordedFiles().map(({ file, spans }) => [file, spans.length]));
    const sum = (line: string): number =>
      [...counts].reduce((total, [file, count]) => total + (file.startsWith(line) ? count : 0), 0);
    expect(counts.size).toBe(47);
    expect([sum('otel1/'), sum('otel2/'), sum('otel3/')]).toEqual([221, 408, 356]);
    expect([counts.get('otel2.jsonl'), counts.get('otel3.jsonl')]).toEqual([99, 99]);
    expect(counts.get('otel2/express.jsonl')).toBe(72);
  });

  it('all have the structure of a finished span', () => {
    for (const { file, spans } of recordedFiles()) {
      for (const span of spans) expectFinished(span, file);
      const named = spans.every((span) => span.resource.attributes['service.name'] === 'shop');
      expect(named, file).toBe(file.includes('/'));
    }
  });

  it('have their odd values, parents and links back', () => {
    const odd = read('otel3/manual.jsonl').find((span) => span.name === 'attribute types');
    expect(odd?.attributes).toMatchObject({ nan: Number.NaN, inf: Number.POSITIVE_INFINITY, nul: null });
    expect(odd?.attributes.bytes).toEqual(new Uint8Array(3));

    const children1x = read('otel1/express.jsonl').filter((span) => span.parentSpanId !== undefined);
    expect(children1x.length).toBeGreaterThan(0);
    expect(children1x.every((span) => span.parentSpanContext === undefined)).toBe(true);

    const remote = read('otel2.jsonl').find((span) => span.parentSpanContext?.isRemote);
    expect(remote?.kind).toBe(1);
    expect(remote?.parentSpanContext?.traceId).toBe(remote?.spanContext().traceId);

    const links = recordedFiles().flatMap(({ spans }) => spans.flatMap((span) => span.links));
    expect(links).toHaveLength(5);
  });
});

function expectFinished(span: RecordedSpan, file: string): void {
  expect([0, 1, 2, 3, 4], file).toContain(span.kind);
  expect(span.spanContext(), file).toMatchObject({ traceFlags: expect.any(Number) });
  expect(span.spanContext().spanId, file).toMatch(/^[0-9a-f]{16}$/);
  for (const time of [span.startTime, span.endTime, span.duration]) {
    expect(time, file).toEqual([expect.any(Number), expect.any(Number)]);
  }
  expect(Object.keys(span.status).every((key) => key === 'code' || key === 'message')).toBe(true);
  expect(span.instrumentationScope.name, file).not.toBe('');
}

describe('made-up spans', () => {
  it('keep the outer structure, however hostile', () => {
    const property = fc.property(hostileSpan, (span) => {
      const { status, attributes, events, links } = span;
      return [span.spanContext(), status, attributes, ...events, ...links].every(
        (part) => typeof part === 'object',
      );
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('are ordinary where they are to be', () => {
    const names = ['GET', 'other'];
    const property = fc.property(saneSpan({ names, maxDurationMs: 9, errorOneIn: 0 }), (span) => {
      expectFinished(span, span.name);
      expect(names).toContain(span.name);
      expect(span.duration[0] * 1_000 + span.duration[1] / 1e6).toBeLessThanOrEqual(9);
      expect(span.status.code).toBe(0);
    });
    fc.assert(property);
  });
});
