// One process of the benchmark of `naming: 'stardust'`: every span has freshly built strings, since a string
// that was looked up before carries its hash. Counts the time of the processor. Prints JSON, ns
// per span.

import { BareLoop } from './bare-loop.mjs';
import { StardustExporter, StardustSpanProcessor } from './built-package.mjs';

const BATCH = 4_000;
const ROUNDS = 60;

/** A new string with these characters, as one that came over a wire. */
const fresh = (text) => Buffer.from(text).toString('latin1');

const span = (name, kind, attributes) => ({
  name,
  kind,
  attributes,
  status: { code: 0 },
  duration: [0, 1_500_000],
  startTime: [1_795_000_000, 0],
  events: [],
  resource: { attributes: {} },
  spanContext: () => ({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 }),
});

const statement = (text) =>
  span('pg.query:SELECT shop', 2, {
    'db.system.name': 'postgresql',
    'db.namespace': 'shop',
    'db.query.text': fresh(text),
  });

const shapes = {
  route: (i) =>
    span(fresh(`GET /api/route${i % 50}/:id`), 1, {
      'http.request.method': 'GET',
      'url.path': fresh(`/api/route${i % 50}/${i}`),
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'http.route': fresh(`/api/route${i % 50}/:id`),
    }),
  serverUrl: (i) =>
    span('GET', 1, {
      'http.request.method': 'GET',
      'url.path': fresh(`/orders/${i}/items/${i * 7}`),
      'url.scheme': 'http',
      'http.response.status_code': 200,
    }),
  clientUrl: (i) =>
    span('GET', 2, {
      'http.request.method': 'GET',
      'server.address': 'shop.example.com',
      'server.port': 8443,
      'url.full': fresh(`https://shop.example.com:8443/api/orders/${i}/items?page=${i % 9}&size=20`),
      'http.response.status_code': 200,
    }),
  sql: (i) =>
    statement(
      `SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id = ${i}`,
    ),
  newSql: (i) =>
    statement(
      `SELECT o.id, o.total, c.n${i} FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id = ${i}`,
    ),
};

const silence = { server: 'http://127.0.0.1:1', appId: 'bench', naming: 'stardust' };
const result = {};
for (const [shape, make] of Object.entries(shapes)) {
  const targets = { bare: new BareLoop(), ours: new StardustSpanProcessor(new StardustExporter(silence)) };
  const ns = { bare: [], ours: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? ['bare', 'ours'] : ['ours', 'bare']) {
      const spans = Array.from({ length: BATCH }, (_, i) => make(round * BATCH + i));
      const start = process.cpuUsage().user;
      for (const each of spans) targets[side].onEnd(each);
      if (round >= 10) ns[side].push((1_000 * (process.cpuUsage().user - start)) / BATCH);
    }
  }
  const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
  result[shape] = { bareNs: middle(ns.bare), onEndNs: middle(ns.ours) };
}
console.log(JSON.stringify(result));
process.exit(0);
