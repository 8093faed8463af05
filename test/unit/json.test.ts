import { afterEach, describe, expect, it } from 'vitest';
import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import { Snapshot } from '../../src/backlog/disk/snapshot.ts';
import { builderJson, reportBody } from '../../src/report/encode.ts';
import { loginCall, pingCall } from '../../src/wire/calls.ts';
import { readReport } from '../support/strict-reader.ts';

const PROTOTYPES: Readonly<Record<string, object>> = {
  'Array.prototype': Array.prototype,
  'Object.prototype': Object.prototype,
  'String.prototype': String.prototype,
  'Number.prototype': Number.prototype,
  'Boolean.prototype': Boolean.prototype,
  'Date.prototype': Date.prototype,
};

const who = { appId: 'shop', appName: 'Shop "1"', clientId: 'c', version: '1.0.0' };

function reportOf(): Buffer {
  const builder = new SpanBuilder('op', 1_000);
  builder.add(5, true);
  builder.endTimeMs = 2_000;
  builder.errorSamples = [
    {
      traceId: 't',
      spanId: 's',
      parentSpanId: '',
      startTimeMs: 1_000,
      costMs: 5,
      value: 0,
      traceFlags: 1,
      tag: 'ids=1, 2\n"x"',
      error: '\u2028',
    },
  ];
  return reportBody(who, [builderJson(builder, 0)]);
}

/** All that is written as JSON: for the server, and for the disk. */
function allWritten(): string[] {
  const waiting = [{ builders: [new SpanBuilder('op', 1_000)], state: undefined }];
  const snapshot = new Snapshot('shop', waiting as never, 0);
  return [
    reportOf().toString(),
    String(loginCall(who as never, 'secret', 1_000).body),
    String(pingCall(who as never, undefined, 1_000).body),
    Buffer.concat([...snapshot.pieces()]).toString('latin1'),
  ];
}

describe('a toJSON that a library adds to a prototype', () => {
  const added: object[] = [];
  const add = (prototype: object, toJSON: unknown, enumerable: boolean) => {
    Object.defineProperty(prototype, 'toJSON', {
      value: toJSON,
      enumerable,
      configurable: true,
      writable: true,
    });
    added.push(prototype);
  };
  const dateToJson = Date.prototype.toJSON;
  const removeAll = () => {
    for (const prototype of added.splice(0)) Reflect.deleteProperty(prototype, 'toJSON');
    Date.prototype.toJSON = dateToJson;
  };
  afterEach(removeAll);

  it.each(Object.keys(PROTOTYPES))('of %s changes nothing of what is written', (name) => {
    const before = allWritten();
    for (const toJSON of [
      () => 'spoilt',
      () => {
        throw new Error('spoilt');
      },
    ])
      for (const enumerable of [false, true]) {
        add(PROTOTYPES[name] ?? {}, toJSON, enumerable);
        const written = allWritten();
        removeAll();
        expect(written).toEqual(before);
      }
  });

  it('of all of them leaves a report that the server reads', () => {
    for (const prototype of Object.values(PROTOTYPES)) add(prototype, () => 'spoilt', true);
    const written = reportOf();
    removeAll();
    const report = readReport(written);
    expect(report.Builders).toMatchObject([
      { Name: 'op', Total: 1, Samples: [], ErrorSamples: [{ Id: 's' }] },
    ]);
  });
});
