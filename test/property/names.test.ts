import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { makeSpan } from '../support/make-span.ts';

/** Few of each, so that spans agree in some of them and differ in others. */
const one = <T>(...values: T[]) => fc.constantFrom<T | undefined>(undefined, ...values);
// Statements of one length, many of which share a place in what is remembered.
const statement = fc.nat(199).map((i) => `SELECT a FROM t${String(i).padStart(3, '0')} WHERE b = ?`);

const database = fc.record({
  'db.system.name': fc.constantFrom('mysql', 'postgresql', 'mongodb', 'redis'),
  'db.namespace': one('shop', 'stock', '0'),
  'db.operation.name': one('find', 'INSERT', 'MULTI get'),
  'db.collection.name': one('orders', 'users'),
  'db.query.text': fc.option(statement, { nil: undefined }),
  'server.address': one('a', 'b'),
});
const http = fc.record({
  'http.request.method': fc.constant('GET'),
  'url.full': fc
    .tuple(
      fc.constantFrom('http://h', 'https://h', 'http://H:81', 'http://u:p@h', 'http://g:80'),
      fc.constantFrom('', '/', '/a', '/a/b', '/a/17', '/a/17/b?c=d', '/averyverylongsegment/b'),
    )
    .map((parts) => parts.join('')),
  'server.address': one('h', 'g'),
  'http.route': one('/a/:id', 'a', '*'),
});
const message = fc.record({
  'messaging.system': fc.constantFrom('kafka', 'rabbitmq'),
  'messaging.destination.name': one('orders', 'a:b'),
  'messaging.operation.type': one('send', 'process'),
});

const span = fc
  .record({
    name: fc.constantFrom('one', 'pg.query', 'mongoose.User.save', 'connect'),
    kind: fc.nat(4),
    attributes: fc.oneof(database, http, message),
  })
  .map(makeSpan);

const changed = fc
  .tuple(span, span)
  .chain(([before, other]) =>
    fc
      .constantFrom('name', ...Object.keys(before.attributes))
      .map((key) => [
        before,
        key === 'name'
          ? { ...before, name: other.name }
          : { ...before, attributes: { ...before.attributes, [key]: other.attributes[key] } },
        before,
      ]),
  );

test.each([
  ['whatever spans came before it', fc.array(span, { minLength: 2, maxLength: 60 }), 300],
  ['after one that differs in nothing but one attribute, or its own name', changed, 3_000],
] as const)('a span has the same name %s', (_, spans, numRuns) => {
  fc.assert(
    fc.property(spans, (each) => {
      const naming = new StardustNaming();
      expect(each.map((one) => naming.nameOf(one))).toEqual(
        each.map((one) => new StardustNaming().nameOf(one)),
      );
    }),
    { numRuns },
  );
});
