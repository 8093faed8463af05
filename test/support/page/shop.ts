// A shop of four apps, whose figures are the same at every run.
import type { DevServer } from '../../../src/dev/index.ts';

export const MINUTE_MS = 60_000;
export const TRACE = '8f2a61c4d9e04b7fa3c5d1768e90b2f4';

interface Call {
  readonly name: string;
  /** Calls a minute. */
  readonly rate: number;
  readonly costMs: number;
  readonly maxMs?: number;
  /** Of how many calls one fails. */
  readonly failsOnceIn?: number;
  readonly samples?: readonly object[];
  readonly errorSamples?: readonly object[];
}

interface AppLoad {
  readonly appId: string;
  readonly appName: string;
  readonly version: string;
  readonly clients: readonly string[];
  readonly calls: readonly Call[];
}

/** Reports of the last `minutes`, as the apps would have sent them. */
export async function sendShop(server: DevServer, minutes = 30): Promise<void> {
  const nowMs = Date.now();
  const latestMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  for (const app of shop(nowMs)) {
    for (const ClientId of app.clients)
      await post(server, '/App/Login', {
        AppId: app.appId,
        AppName: app.appName,
        ClientId,
        Version: app.version,
      });
    for (let ago = minutes - 1; ago >= 0; ago--) {
      const startMs = latestMs - ago * MINUTE_MS;
      const ClientId = app.clients[ago % app.clients.length] ?? '';
      const builders = app.calls.map((call, index) => builderOf(call, startMs, ago, index));
      const body = {
        AppId: app.appId,
        AppName: app.appName,
        ClientId,
        Version: app.version,
        Builders: builders,
      };
      await post(server, '/Trace/Report', body);
    }
  }
}

export async function post(server: DevServer, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await (await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).text();
}

function builderOf(call: Call, StartTime: number, ago: number, seed: number): object {
  const wave = 1 + 0.35 * Math.sin((ago + seed * 3) / 3.2) + 0.2 * Math.sin(ago * 1.9 + seed);
  const Total = Math.max(Math.round(call.rate * wave), 1);
  const bad = call.failsOnceIn === undefined ? 0 : Math.round(Total / call.failsOnceIn);
  const Errors = (ago + seed) % 3 === 0 ? bad : 0;
  const Cost = Math.round(Total * call.costMs * (1 + 0.1 * Math.cos(ago + seed)));
  const MaxCost = call.maxMs ?? Math.round(call.costMs * 4);
  const last = ago === 0;
  return {
    Name: call.name,
    StartTime,
    EndTime: StartTime + MINUTE_MS,
    Total,
    Errors,
    Cost,
    MaxCost,
    MinCost: Math.max(Math.round(call.costMs / 4), 0),
    Samples: last ? (call.samples ?? []) : [],
    ErrorSamples: last ? (call.errorSamples ?? []) : [],
  };
}

function shop(nowMs: number): readonly AppLoad[] {
  const at = (offset: number, cost: number, Id: string, ParentId: string, Tag: string, more = {}) => ({
    Id,
    ParentId,
    TraceId: TRACE,
    StartTime: nowMs - 42_000 + offset,
    EndTime: nowMs - 42_000 + offset + cost,
    Tag,
    TraceFlag: 1,
    ...more,
  });
  return [
    {
      appId: 'shop-web',
      appName: 'Shop front',
      version: '4.2.0',
      clients: ['10.0.4.11@1', '10.0.4.12@1'],
      calls: [
        {
          name: 'GET /orders/:id',
          rate: 412,
          costMs: 38,
          maxMs: 912,
          failsOnceIn: 220,
          samples: [at(0, 148, 'a1', '', '10.0.9.3 GET https://shop.example/orders/1042 → 200')],
        },
        { name: 'POST /orders', rate: 96, costMs: 84, maxMs: 1_240, failsOnceIn: 60 },
        { name: 'GET /products', rate: 730, costMs: 12, maxMs: 188 },
        {
          name: 'http://orders:8080/api/',
          rate: 505,
          costMs: 29,
          maxMs: 840,
          samples: [at(4, 126, 'a2', 'a1', 'GET http://orders:8080/api/orders/1042')],
        },
        { name: 'redis:sessions:GET', rate: 1_240, costMs: 0.6, maxMs: 14 },
      ],
    },
    {
      appId: 'orders',
      appName: 'Order service',
      version: '2.9.1',
      clients: ['10.0.5.21@1', '10.0.5.22@1', '10.0.5.23@1'],
      calls: [
        {
          name: '/api/orders/:id',
          rate: 505,
          costMs: 24,
          maxMs: 818,
          failsOnceIn: 160,
          samples: [at(7, 119, 'b1', 'a2', '10.0.4.11 GET http://orders:8080/api/orders/1042 → 200')],
          errorSamples: [
            {
              Id: '51d0c7be9a3f2e18',
              ParentId: '',
              TraceId: '2c7b90e1f6a84d3c9d20b1a47f5e6683',
              StartTime: nowMs - 31_400,
              EndTime: nowMs - 31_400 + 812,
              Tag: '10.0.4.12 GET http://orders:8080/api/orders/997 → 500',
              Error: 'Error: deadlock detected while updating order 997',
              TraceFlag: 1,
            },
          ],
        },
        {
          name: 'redis GET',
          rate: 498,
          costMs: 0.8,
          maxMs: 11,
          samples: [at(10, 3, 'b2', 'b1', 'GET order:1042')],
        },
        {
          name: 'db:shop:Select:orders',
          rate: 121,
          costMs: 9,
          maxMs: 402,
          samples: [at(15, 22, 'b3', 'b1', 'SELECT id, customer, total FROM orders WHERE id = ?')],
        },
        { name: 'db:shop:Insert:orders', rate: 94, costMs: 14, maxMs: 511 },
        {
          name: 'http://payments:8080/',
          rate: 96,
          costMs: 61,
          maxMs: 770,
          samples: [at(40, 81, 'b4', 'b1', 'GET http://payments:8080/payments/1042')],
        },
        { name: 'kafka:order-created', rate: 94, costMs: 3, maxMs: 36 },
      ],
    },
    {
      appId: 'payments',
      appName: 'Payments',
      version: '1.14.3',
      clients: ['10.0.6.31@1'],
      calls: [
        {
          name: '/payments/:id',
          rate: 96,
          costMs: 55,
          maxMs: 741,
          failsOnceIn: 40,
          samples: [at(44, 74, 'c1', 'b4', '10.0.5.21 GET http://payments:8080/payments/1042 → 200')],
        },
        {
          name: 'https://bank.example/',
          rate: 96,
          costMs: 47,
          maxMs: 702,
          failsOnceIn: 40,
          errorSamples: [
            at(49, 52, 'c2', 'c1', 'GET https://bank.example/v2/charges/ch_1042 → 503', {
              Error: 'Http Error 503 Service Unavailable',
            }),
          ],
        },
        {
          name: 'db:pay:Update:charges',
          rate: 92,
          costMs: 6,
          maxMs: 88,
          samples: [at(103, 12, 'c3', 'c1', 'UPDATE charges SET state = ? WHERE id = ?')],
        },
      ],
    },
    {
      appId: 'mailer',
      appName: 'Mailer',
      version: '0.8.0',
      clients: ['10.0.7.41@1'],
      calls: [
        { name: 'order-created process', rate: 94, costMs: 41, maxMs: 380, failsOnceIn: 90 },
        { name: 'smtp send', rate: 94, costMs: 36, maxMs: 366, failsOnceIn: 90 },
      ],
    },
  ];
}
