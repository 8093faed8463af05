import type { Fault } from '../../src/dev/index.ts';
import type { Dice } from './dice.ts';

const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const page = (status: number, body: string): Fault => ({ kind: 'status', status, body });

/** Every way in which a server can fail that leaves no doubt whether it has counted, or leaves it openly. */
const MISHAPS: readonly [Fault, ...Fault[]] = [
  page(503, ''),
  page(502, '<html><body>Bad gateway</body></html>'),
  page(429, ''),
  page(204, ''),
  page(200, '<!doctype html><title>Log in</title>'),
  page(200, '{"code":0,"da'),
  page(200, '[]'),
  page(200, '{"code":"zero","data":{}}'),
  page(200, DEEP),
  page(200, '{"__proto__":{"code":0},"constructor":{"prototype":{}}}'),
  page(200, 'x'.repeat(6 * 1024 * 1024)),
  { kind: 'status', status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
  // Gateways that passed the call on, and then gave up waiting or had a fault of their own.
  { path: '/Trace', kind: 'status', status: 504, counted: true },
  { path: '/Trace', kind: 'status', status: 502, counted: true, body: '<html>' },
  { path: '/Trace', kind: 'status', status: 408, counted: true },
  { path: '/Trace', kind: 'status', status: 500, counted: true },
  { path: '/Trace', kind: 'status', status: 200, counted: true, body: '<html>' },
  // Firewalls that take offence at one name.
  {
    path: '/Trace',
    kind: 'status',
    status: 403,
    body: '<html>',
    when: ({ body }) => JSON.stringify(body).includes('"op 5"'),
  },
  {
    path: '/Trace',
    kind: 'status',
    status: 503,
    when: ({ body }) => JSON.stringify(body).includes('"op 6"'),
  },
  {
    path: '/Trace',
    kind: 'cut',
    counted: false,
    when: ({ body }) => JSON.stringify(body).includes('"op 4"'),
  },
  { kind: 'code', code: 401, message: 'no' },
  { kind: 'code', code: 403, message: 'no' },
  { kind: 'code', code: 500, message: 'no' },
  { kind: 'code', code: 429, message: 'slowly' },
  { path: '/Trace', kind: 'code', code: 403, message: 'no' },
  { path: '/Trace', kind: 'code', code: 500, message: 'no' },
  { path: '/App', kind: 'status', status: 503 },
  { path: '/Trace', kind: 'unreadable' },
  { path: '/Trace', kind: 'unreadable', when: ({ body }) => JSON.stringify(body).includes('"op 3"') },
  { kind: 'cut', counted: true },
  { kind: 'cut', counted: false },
  { kind: 'hang' },
  { path: '/Trace', kind: 'cut', counted: true },
  { path: '/Trace', kind: 'hang' },
  { path: '/Trace', kind: 'slow', delayMillis: 500 },
  { path: '/Trace', kind: 'slow', delayMillis: 20_000 },
];

/** One of them, for a few calls or until it is mended. */
export function mishap(dice: Dice): Fault {
  const fault = dice.oneOf(MISHAPS);
  return dice.percent(60) ? { ...fault, times: dice.between(1, 4) } : fault;
}
