import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type AppSettings,
  type DevServer,
  type DevServerOptions,
  type Fault,
  startDevServer,
} from '../../src/dev/index.ts';
import { saltedSecret } from '../../src/wire/login.ts';
import { builder } from '../support/builder.ts';

const APP = 'rec-app';
const BUCKET_MS = 300_000;
const DAY_MS = 86_400_000;

const open: DevServer[] = [];

async function start(options: DevServerOptions = {}): Promise<DevServer> {
  const server = await startDevServer({ port: 0, ...options });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Reply {
  readonly status: number;
  readonly contentType: string | null;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

async function call(
  server: DevServer,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array<ArrayBuffer> } = {},
): Promise<Reply> {
  const { method = 'POST', headers = {}, body = null } = init;
  const answer = await fetch(server.url + path, { method, headers, body });
  const text = await answer.text();
  const contentType = answer.headers.get('content-type');
  return {
    status: answer.status,
    contentType,
    body: contentType?.includes('json') ? JSON.parse(text) : text,
  };
}

function post(server: DevServer, path: string, body: unknown): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return call(server, path, { headers: { 'content-type': 'application/json' }, body: text });
}

function raw(
  server: DevServer,
  body: Uint8Array | string,
  contentType = 'application/x-gzip',
): Promise<Reply> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  return call(server, '/Trace/ReportRaw', { headers: { 'content-type': contentType }, body: bytes });
}

async function login(server: DevServer, body: object = {}): Promise<Record<string, unknown>> {
  const answer = await post(server, '/App/Login', { AppId: APP, ...body });
  return (answer.body as { data: Record<string, unknown> }).data;
}

function report(...builders: unknown[]): object {
  return {
    AppId: APP,
    AppName: 'Recording App',
    ClientId: '127.0.0.1@1',
    Version: '1.2',
    Builders: builders,
  };
}

function send(server: DevServer, ...builders: unknown[]): Promise<Reply> {
  return post(server, '/Trace/Report', report(...builders));
}

function names(server: DevServer): string[] {
  return server.app(APP)?.names.map((name) => name.name) ?? [];
}

const UNREADABLE = { code: 0, data: null };
const LIMITS = {
  period: 60,
  maxSamples: 1,
  maxErrors: 10,
  timeout: 5_000,
  maxTagLength: 1_024,
  requestTagLength: 1_024,
  enableMeter: true,
  excludes: null,
};
const TAKEN = { code: 0, data: LIMITS };

describe('the recorded answers of the real server', () => {
  interface Recording {
    readonly name: string;
    readonly request: {
      readonly method: string;
      readonly path: string;
      readonly headers: Record<string, string>;
      readonly body?: unknown;
      readonly gzip?: boolean;
    };
    readonly response: {
      readonly status: number;
      readonly contentType: string | null;
      readonly body: unknown;
    };
  }

  const file = new URL('../fixtures/exchanges.jsonl', import.meta.url);
  const recordings: Recording[] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const RECORDED_AT_MS = 1_795_529_928_000;
  const SECRET = 'oneTwoThreeFour5';

  it('are 49 in number', () => expect(recordings).toHaveLength(49));

  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    'are ours too: %s',
    async (_, recording) => {
      const server = await serverFor(recording.name);
      const answer = await replay(recording, server);
      const { status, contentType, body } = recording.response;
      expect(masked(answer)).toEqual(masked({ status, contentType, body }));
    },
  );

  /** A server in the state in which the real one was. */
  async function serverFor(name: string): Promise<DevServer> {
    const tokenExpireSeconds = /expired token/.test(name) ? -10 : /fewer than 600 s/.test(name) ? 599 : 7_200;
    const server = await start({ tokenExpireSeconds });
    if (!/unknown app is registered/.test(name)) server.setApp(APP, { secret: SECRET });
    if (/tracing of the app switched off/.test(name)) server.setApp(APP, { tracing: false });
    if (/app (?:is )?switched off/.test(name)) server.setApp('switched-off-app', { enabled: false });
    const limits = { period: 15, maxSamples: 3, maxErrors: 5, timeout: 2_500, maxTagLength: 200 };
    const excludes = ['/health', '*/static/*', '/only'];
    server.setLimits({ ...limits, requestTagLength: -1, enableMeter: false, excludes }, APP);
    return server;
  }

  async function replay({ name, request }: Recording, server: DevServer): Promise<Reply> {
    const asks = JSON.stringify(request).includes('<token>');
    const token = asks ? String((await login(server, { Secret: SECRET, ClientId: 'replay' })).token) : '';
    if (/bad signature/.test(name)) server.revokeTokens();
    const here = (text: string) =>
      text
        .replaceAll('<token>', token)
        .replaceAll('<secret>', SECRET)
        .replace(
          /\$md5\$(\d+)\$<hash>/g,
          (_, seconds) => saltedSecret(SECRET, Date.now() - (RECORDED_AT_MS - Number(seconds) * 1_000)) ?? '',
        )
        .replace(/\b179\d{10}\b/g, (time) => String(Number(time) - RECORDED_AT_MS + Date.now()));

    const headers = JSON.parse(here(JSON.stringify(request.headers)));
    if (request.body === undefined)
      return call(server, here(request.path), { method: request.method, headers });
    const text = here(typeof request.body === 'string' ? request.body : JSON.stringify(request.body));
    const body = request.gzip ? new Uint8Array(gzipSync(text)) : text;
    return call(server, here(request.path), {
      method: request.method,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  }

  /** What differs from call to call gives way to what it is; of quoted gzip its header stays. */
  function masked(reply: Reply): unknown {
    return JSON.parse(JSON.stringify(reply), (key, value) => {
      if (/^(?:token|secret|traceId)$/.test(key) && typeof value === 'string') return `<${key}>`;
      if (/time$/i.test(key) && value > RECORDED_AT_MS / 2) return '<ms>';
      if (key === 'message' && value.startsWith('Non standard')) return [value.slice(0, 36), value.length];
      return value;
    });
  }
});

describe('logging in', () => {
  it('gives an unknown app a secret of 16 characters, and takes that secret from then on', async () => {
    const server = await start();
    const first = await login(server, { Secret: '' });
    expect(first).toMatchObject({ code: APP, secret: expect.stringMatching(/^\S{16}$/), name: APP });
    const again = await login(server, { Secret: first.secret });
    expect(again).toMatchObject({ code: null, secret: null, token: expect.any(String) });
  });

  it('takes a salted secret within 600 s of its own clock, and no further', async () => {
    const server = await start({ clockOffsetMillis: -3_600_000 });
    server.setApp(APP, { secret: 'secret' });
    const hourAgo = Date.now() - 3_600_000;
    const salted = (ms: number) => login(server, { Secret: saltedSecret('secret', ms) });
    expect(await salted(hourAgo - 590_000)).toMatchObject({ secret: null });
    expect(await salted(hourAgo + 590_000)).toMatchObject({ secret: null });
    expect(await salted(hourAgo - 610_000)).toMatchObject({ secret: 'secret' });
    expect(await salted(Date.now())).toMatchObject({ secret: 'secret' });
  });

  it('tells its own clock', async () => {
    const server = await start({ clockOffsetMillis: DAY_MS });
    const { serverTime } = await login(server);
    expect(Math.abs(Number(serverTime) - Date.now() - DAY_MS)).toBeLessThan(60_000);
  });

  it('refuses unknown apps and wrong secrets with 403 where nobody may register by himself', async () => {
    const server = await start({ autoRegister: false });
    server.setApp('known', { secret: 'secret' });
    const refused = { code: 403, message: '禁止登录' };
    expect((await post(server, '/App/Login', { AppId: APP })).body).toEqual(refused);
    expect((await post(server, '/App/Login', { AppId: 'known', Secret: 'wrong' })).body).toEqual(refused);
    expect((await post(server, '/App/Login', { AppId: 'known' })).body).toEqual(refused);
    expect((await post(server, '/App/Login', { AppId: 'known', Secret: 'secret' })).body).toMatchObject({
      code: 0,
    });
    expect((await send(server)).body).toMatchObject({
      code: 500,
      message: expect.stringContaining('已禁用'),
    });
  });

  it('reads fields whatever their case, and paths too', async () => {
    const server = await start();
    const answer = await post(server, '/app/LOGIN/', { appid: APP, CLIENTID: 'c1', appName: 'Shop' });
    expect(answer.body).toMatchObject({ code: 0 });
    expect(server.app(APP)).toMatchObject({ appName: 'Shop', clients: ['c1'], logins: 1 });
  });

  it('answers 415 with a problem document where the body is not declared as JSON', async () => {
    const server = await start();
    const answer = await call(server, '/App/Login', {
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(answer).toMatchObject({ status: 415, contentType: expect.stringContaining('problem+json') });
  });
});

describe('tokens', () => {
  it('count in the query before the Authorization header, and there before X-Token', async () => {
    const server = await start();
    const token = String((await login(server)).token);
    const ping = async (path: string, headers: Record<string, string>) => {
      const given = { 'content-type': 'application/json', ...headers };
      return (await call(server, path, { headers: given, body: '{}' })).body;
    };
    const good = { code: 0 };
    const bad = { code: 500 };
    expect(await ping(`/App/Ping?token=${token}`, { authorization: 'Bearer a.b.c' })).toMatchObject(good);
    expect(await ping('/App/Ping?Token=a.b.c', { authorization: `Bearer ${token}` })).toMatchObject(bad);
    expect(await ping('/App/Ping', { authorization: `Bearer ${token}`, 'x-token': 'a.b.c' })).toMatchObject(
      good,
    );
    expect(await ping('/App/Ping', { authorization: 'Bearer a.b.c', 'x-token': token })).toMatchObject(bad);
    expect(await ping('/App/Ping', { 'x-token': token })).toMatchObject(good);
  });

  it('are all bad once revoked, for every call, until the next login', async () => {
    const server = await start();
    const old = String((await login(server)).token);
    server.revokeTokens();
    const refused = { code: 401, message: `非法访问[${APP}] ` };
    expect((await post(server, `/App/Ping?Token=${old}`, {})).body).toMatchObject(refused);
    expect((await post(server, `/Trace/Report?Token=${old}`, report())).body).toEqual(refused);
    expect((await call(server, `/App/Logout?Token=${old}`, { method: 'GET' })).body).toMatchObject(refused);
    const fresh = String((await login(server)).token);
    expect((await post(server, `/App/Ping?Token=${fresh}`, {})).body).toMatchObject({ code: 0 });
  });

  it('stay good after a logout and after another login', async () => {
    const server = await start();
    const token = String((await login(server)).token);
    await login(server);
    await call(server, `/App/Logout?Token=${token}&reason=exit`, { method: 'GET' });
    expect((await post(server, `/App/Ping?Token=${token}`, {})).body).toMatchObject({ code: 0 });
    expect(server.app(APP)).toMatchObject({ logins: 2, logouts: 1, pings: 1 });
  });

  it('are renewed by a ping only when less than 600 s are left, and the new one is good', async () => {
    const long = await start({ tokenExpireSeconds: 620 });
    const first = String((await login(long)).token);
    expect((await post(long, `/App/Ping?Token=${first}`, {})).body).toMatchObject({ data: { token: null } });
    const short = await start({ tokenExpireSeconds: 590 });
    const { token } = await login(short);
    const answer = await post(short, `/App/Ping?Token=${token}`, {});
    const renewed = (answer.body as { data: { token: string } }).data.token;
    expect((await post(short, `/App/Ping?Token=${renewed}`, {})).body).toMatchObject({ code: 0 });
  });
});

describe('pings', () => {
  it.each([
    ['a fraction in WorkingSet', { WorkingSet: 1.5 }],
    ['a null CpuUsage', { CpuUsage: null }],
    ['a text as Threads', { Threads: 'many' }],
    ['a StartTime that is no time', { StartTime: 'soon' }],
    ['a lone surrogate', { CommandLine: '\ud83d' }],
  ])('with %s get a real HTTP 400', async (_, body) => {
    const server = await start();
    const { token } = await login(server);
    const answer = await post(server, `/App/Ping?Token=${token}`, { Id: 1, ...body });
    expect(answer).toMatchObject({ status: 400, body: { status: 400, errors: {} } });
    expect(server.app(APP)).toMatchObject({ pings: 0 });
  });

  it('are kept, the last of them whole, and told the period of the app', async () => {
    const server = await start();
    server.setApp(APP, { pingPeriod: 5 });
    const { token } = await login(server);
    const body = { Id: 7, Name: APP, CpuUsage: 0.25, StartTime: 1_795_529_927_976, Time: 1_795_529_928_000 };
    const answer = await post(server, `/App/Ping?Token=${token}`, body);
    expect(answer.body).toMatchObject({ data: { period: 5, time: body.Time } });
    expect(server.app(APP)).toMatchObject({ pings: 1, lastPing: body });
  });
});

describe('a report is lost whole', () => {
  it.each([
    ['a fraction', { Cost: 30.5 }],
    ['a whole number written as a fraction', '"Cost":30.0'],
    ['a whole number written as a power', '"Cost":3e1'],
    ['a Total past 32 bits', { Total: 2_147_483_648 }],
    ['a Cost past 64 bits', '"Cost":9223372036854775808'],
    ['a number of absurd length', `"Cost":${'9'.repeat(1_000_000)}`],
    ['a null where a number belongs', { Errors: null }],
    ['a text where a number belongs', { Total: 'one' }],
    ['a number where a text belongs', { Name: 5 }],
    ['a lone surrogate, escaped', { Samples: [{ Tag: '\ud83d' }] }],
    ['a lone surrogate in a field nobody knows', { Note: 'a\udc00' }],
    ['a TraceFlag past 8 bits', { Samples: [{ TraceFlag: 256 }] }],
    ['a sample that is no object', { Samples: ['span'] }],
    ['depth', { Note: JSON.parse('['.repeat(40) + ']'.repeat(40)) }],
    ['a text that does not end', '"Name":"'],
    ['a raw line break inside a text', '"Name":"a\nb"'],
    ['a comma too many', '"Total":1,'],
  ])('to %s', async (_, fields) => {
    const server = await start();
    const text = JSON.stringify(builder('/bad', typeof fields === 'string' ? {} : fields));
    const bad = typeof fields === 'string' ? `${text.slice(0, -1)},${fields}}` : text;
    const head = JSON.stringify(report(builder('/good'))).slice(0, -2);
    const body = `${head},${bad}]}`;
    expect((await post(server, '/Trace/Report', body)).body).toEqual(UNREADABLE);
    expect((await raw(server, gzipSync(body))).body).toEqual(UNREADABLE);
    expect(server.app(APP)).toBeUndefined();
  });

  it('to an empty AppId, an empty body, a body that is a list, bytes that are no UTF-8', async () => {
    const server = await start();
    expect((await post(server, '/Trace/Report', { ...report(), AppId: '' })).body).toEqual(UNREADABLE);
    expect((await post(server, '/Trace/Report', '')).body).toEqual(UNREADABLE);
    expect((await post(server, '/Trace/Report', [])).body).toEqual(UNREADABLE);
    const headers = { 'content-type': 'application/json' };
    const body = new Uint8Array([0x7b, 0xff, 0x7d]);
    expect((await call(server, '/Trace/Report', { headers, body })).body).toEqual(UNREADABLE);
  });

  it('to nothing that the real server reads: the extremes of 32 and 64 bits, nulls for texts and lists', async () => {
    const server = await start();
    const large = JSON.stringify(
      builder('/large', { Total: 2_147_483_647, Samples: null, ErrorSamples: null }),
    );
    const body = JSON.stringify({ ...report(), AppName: null, Builders: ['here'], Unknown: { a: [1.5] } });
    const whole = body.replace('"here"', large.replace('"Cost":5', '"Cost":9223372036854775807'));
    expect((await post(server, '/Trace/Report', whole)).body).toEqual(TAKEN);
    expect(server.app(APP)?.names).toMatchObject([{ name: '/large', total: 2_147_483_647 }]);
    expect((await post(server, '/Trace/Report', { AppId: APP, Builders: null })).body).toEqual(TAKEN);
  });
});

describe('a report', () => {
  it('needs a content type of JSON, with or without parameters', async () => {
    const server = await start();
    const body = new TextEncoder().encode(JSON.stringify(report()));
    const under = async (contentType?: string) => {
      const headers: Record<string, string> =
        contentType === undefined ? {} : { 'content-type': contentType };
      return call(server, '/Trace/Report', { headers, body });
    };
    expect(await under('application/json; charset=utf-8')).toMatchObject({ status: 200, body: TAKEN });
    expect(await under('application/x-gzip')).toEqual({ status: 415, contentType: null, body: '' });
    expect(await under()).toEqual({ status: 415, contentType: null, body: '' });
  });

  it('with a Content-Encoding, is lost', async () => {
    const server = await start();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const body = new Uint8Array(gzipSync(JSON.stringify(report(builder('/lost')))));
    expect((await call(server, '/Trace/Report', { headers, body })).body).toEqual(UNREADABLE);
  });

  it('without a Version, gets no excludes', async () => {
    const server = await start({ limits: { excludes: ['/health'] } });
    const bare = { AppId: APP, Builders: [] };
    expect((await post(server, '/Trace/Report', bare)).body).toMatchObject({ data: { excludes: null } });
    expect((await post(server, '/Trace/Report', { ...bare, Version: 'any+thing' })).body).toMatchObject({
      data: { excludes: ['/health'] },
    });
  });

  it('packed, is packed under exactly application/x-gzip; anything else is read as text', async () => {
    const server = await start();
    expect((await raw(server, gzipSync(JSON.stringify(report(builder('/raw')))))).body).toEqual(TAKEN);
    const packed = gzipSync(JSON.stringify(report(builder('/lost'))));
    for (const type of ['application/gzip', 'Application/X-Gzip', 'application/x-gzip; a=b']) {
      const answer = { code: 500, message: expect.stringMatching(/^Non standard Json string \[/) };
      expect((await raw(server, packed, type)).body).toEqual(answer);
    }
    expect((await raw(server, JSON.stringify(report(builder('/text'))), 'text/plain')).body).toEqual(TAKEN);
    expect(names(server)).toEqual(['/raw', '/text']);
  });

  it('packed, is unpacked up to 64 MiB', { timeout: 60_000 }, async () => {
    const server = await start();
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));
    const answer = { code: 500, message: expect.stringMatching(/^Request body too large/) };
    expect((await raw(server, bomb)).body).toEqual(answer);
  });

  it('over 30,000,000 bytes, is refused by each path in its own way', { timeout: 60_000 }, async () => {
    const server = await start();
    const large = ' '.repeat(30_000_001);
    expect(await post(server, '/Trace/Report', large)).toMatchObject({ status: 413, body: '' });
    const answer = { code: 500, message: expect.stringMatching(/^Request body too large/) };
    expect(await raw(server, large, 'text/plain')).toMatchObject({ status: 200, body: answer });
    const fits = JSON.stringify(report()).padEnd(30_000_000);
    expect((await post(server, '/Trace/Report', fits)).body).toEqual(TAKEN);
  });

  it('to a path with two slashes, by another method or to no path at all, is not taken', async () => {
    const server = await start();
    expect(await post(server, '//Trace/Report', report())).toEqual({
      status: 404,
      contentType: null,
      body: '',
    });
    expect(await call(server, '/Trace/Report', { method: 'GET' })).toMatchObject({ status: 405 });
    expect(await call(server, '/App', { method: 'GET' })).toMatchObject({ status: 404 });
  });

  it('twice, is counted twice', async () => {
    const server = await start();
    const body = report(builder('/twice', { Total: 3 }));
    await post(server, '/Trace/Report', body);
    await post(server, '/Trace/Report', body);
    expect(server.app(APP)).toMatchObject({ reports: 2, names: [{ total: 6, builders: 2 }] });
  });
});

describe('builders dropped without a word', () => {
  it('are those whose name is empty or over 200 UTF-16 units', async () => {
    const server = await start();
    const longest = `/${'n'.repeat(199)}`;
    await send(
      server,
      builder(''),
      builder(`${longest}n`),
      builder(`/${'😀'.repeat(100)}`),
      builder(longest),
    );
    expect(names(server)).toEqual([longest]);
    expect(server.app(APP)?.dropped).toBe(3);
  });

  it('are those that began over 3 days ago or over 1 day ahead, by the clock of the server', async () => {
    const server = await start({ clockOffsetMillis: -DAY_MS });
    const at = (name: string, ms: number) => builder(name, { StartTime: Date.now() - DAY_MS + ms });
    await send(server, at('/71h', -71 * 3_600_000), at('/73h', -73 * 3_600_000));
    await send(server, at('/23h ahead', 23 * 3_600_000), at('/25h ahead', 25 * 3_600_000));
    expect(names(server)).toEqual(['/71h', '/23h ahead']);
  });

  it('are those the console excludes: by the whole name, whatever its case, with * for anything', async () => {
    const excludes = ['/health', '*/static/*', 'redis:?:GET', 'a*b*c'];
    const server = await start({ limits: { excludes } });
    const hidden = ['/HEALTH', '/x/static/', '/static/a.js', 'redis:1:get', 'abc', 'a-b-b-c'];
    const shown = ['/healthz', 'GET /health', '/x/static', 'redis:12:GET', 'ab', 'abcd', 'acb'];
    await send(server, ...[...hidden, ...shown].map((name) => builder(name)));
    expect(names(server)).toEqual(shown);
    expect(server.app(APP)?.dropped).toBe(hidden.length);
  });

  it('are found in no time under a pattern that is all stars', async () => {
    const server = await start({ limits: { excludes: [`${'*a'.repeat(60)}*b`] } });
    await send(server, builder('a'.repeat(200)));
    expect(names(server)).toHaveLength(1);
  });

  it('are not those with long texts in their samples, which are cut', async () => {
    const server = await start();
    const long = 'x'.repeat(3_000);
    const sample = { Id: long, ParentId: long, TraceId: long, Tag: long, Error: long };
    await post(server, '/Trace/Report', { ...report(builder('/a', { Samples: [sample] })), ClientId: long });
    const [kept] = server.app(APP)?.names[0]?.samples ?? [];
    const lengths = [kept?.Id, kept?.ParentId, kept?.TraceId, kept?.Tag, kept?.Error].map(
      (text) => text?.length,
    );
    expect(lengths).toEqual([50, 50, 50, 2_000, 2_000]);
    expect(server.app(APP)?.clients[0]).toHaveLength(50);
  });
});

describe('names that two reports bring at once', () => {
  const both = async (options: DevServerOptions, first: object, second: object) => {
    const server = await start({ newNameMillis: 200, ...options });
    const one = send(server, first);
    await server.waitFor((seen) => seen.requests().length === 1);
    const other = send(server, second);
    expect((await one).body).toEqual(TAKEN);
    expect((await other).body).toEqual(TAKEN);
    return server;
  };

  it('lose the builder of the second where the option says so, and count again afterwards', async () => {
    const server = await both({ dropRacingNames: true }, builder('/new'), builder('/new'));
    expect(server.app(APP)).toMatchObject({ reports: 2, dropped: 1, names: [{ name: '/new', total: 1 }] });
    await send(server, builder('/new'));
    expect(server.app(APP)).toMatchObject({ dropped: 1, names: [{ total: 2 }] });
  });

  it('are safe once announced by a builder of Total 0, though that announcement may be lost', async () => {
    const announcement = builder('/new', { Total: 0, Cost: 0, MaxCost: 0, MinCost: 0 });
    const server = await both({ dropRacingNames: true }, announcement, announcement);
    await Promise.all([send(server, builder('/new')), send(server, builder('/new'))]);
    expect(server.app(APP)).toMatchObject({ dropped: 1, names: [{ total: 2, minCostMs: 5, builders: 3 }] });
  });

  it('are both counted without the option', async () => {
    const server = await both({}, builder('/new'), builder('/new'));
    expect(server.app(APP)).toMatchObject({ dropped: 0, names: [{ total: 2 }] });
  });

  it('do not meet in two apps', async () => {
    const server = await start({ dropRacingNames: true, newNameMillis: 100 });
    const of = (AppId: string) => post(server, '/Trace/Report', { ...report(builder('/new')), AppId });
    await Promise.all([of('one'), of('two')]);
    expect(server.apps()).toMatchObject([{ dropped: 0 }, { dropped: 0 }]);
  });

  it('do not hold up the closing of the server', async () => {
    const server = await start({ newNameMillis: 60_000 });
    const lost = send(server, builder('/new')).catch(() => 'cut');
    await server.waitFor((seen) => seen.requests().length === 1);
    await server.close();
    expect(await lost).toBe('cut');
  });
});

describe('the books', () => {
  it('add up the builders of a name', async () => {
    const server = await start();
    await send(server, builder('/a', { Total: 2, Errors: 1, Cost: 30, MaxCost: 20, MinCost: 10, Value: 5 }));
    await send(server, builder('/a', { Total: 4, Cost: 60, MaxCost: 40, MinCost: 4, Value: 1 }));
    await send(server, builder('/a', { Total: 0, Cost: 0, MinCost: 0 }));
    expect(server.app(APP)?.names).toMatchObject([
      { total: 6, errors: 1, costMs: 90, maxCostMs: 40, minCostMs: 4, averageMs: 15, value: 6, builders: 3 },
    ]);
  });

  it('leave the slowest out of the average from 50 calls on, as the console does', async () => {
    const server = await start();
    await send(server, builder('/a', { Total: 50, Cost: 590, MaxCost: 100, MinCost: 1 }));
    expect(server.app(APP)?.names[0]?.averageMs).toBe(10);
  });

  it('keep the five-minute buckets by StartTime, oldest first', async () => {
    const server = await start();
    const now = Math.floor(Date.now() / BUCKET_MS) * BUCKET_MS;
    const at = (StartTime: number, Total: number, Errors = 0) => builder('/a', { StartTime, Total, Errors });
    await send(server, at(now, 1), at(now + BUCKET_MS - 1, 2, 1), at(now - 1, 4), at(now - BUCKET_MS, 8));
    await send(server, at(now - 4 * BUCKET_MS, 0));
    expect(server.app(APP)?.names[0]?.buckets).toEqual([
      { startMs: now - BUCKET_MS, total: 12, errors: 0 },
      { startMs: now, total: 3, errors: 1 },
    ]);
  });

  it('keep the last 100 samples of a name, and the last 100 error samples', async () => {
    const server = await start();
    const samples = Array.from({ length: 130 }, (_, index) => ({
      Id: String(index),
      TraceFlag: 1,
      Value: 3,
    }));
    await send(server, builder('/a', { Samples: samples, ErrorSamples: samples.slice(0, 60) }));
    await send(server, builder('/a', { ErrorSamples: samples.slice(0, 60) }));
    const name = server.app(APP)?.names[0];
    expect(name?.samples).toHaveLength(100);
    expect(name?.samples.at(-1)).toMatchObject({ Id: '129', ParentId: '', TraceFlag: 1, Value: 3 });
    expect(name?.errorSamples).toHaveLength(100);
    expect(name?.errorSamples[0]?.Id).toBe('20');
  });

  it.each([
    ['/orders', 'api'],
    ['http://shop/', 'http'],
    ['HTTPS://shop/', 'http'],
    ['redismq:orders', 'mq'],
    ['mq:orders', 'mq'],
    ['db:shop:Select:orders', 'db'],
    ['redis:0:GET', 'redis'],
    ['GET /users/:id', 'GET /users/'],
    ['work', 'other'],
    [':odd', 'other'],
  ])('show %s as %s', async (name, kind) => {
    const server = await start();
    await send(server, builder(name));
    expect(server.app(APP)?.names).toMatchObject([{ name, kind }]);
  });

  it('go by the AppId in the body, whosever the token is', async () => {
    const server = await start();
    const { token } = await login(server, { AppId: 'other', ClientId: 'from the token' });
    await post(server, `/Trace/Report?Token=${token}`, { AppId: APP, Builders: [builder('/a')] });
    expect(server.app(APP)).toMatchObject({ reports: 1, clients: ['from the token'] });
    expect(server.app('other')).toMatchObject({ reports: 0, names: [] });
  });

  it('count the bytes of the reports that were taken, as they came over the wire', async () => {
    const server = await start();
    const text = JSON.stringify(report(builder('/a')));
    const packed = gzipSync(text);
    await post(server, '/Trace/Report', text);
    await raw(server, packed);
    await post(server, '/Trace/Report', text.replace('"Cost":5', '"Cost":5.5'));
    expect(server.app(APP)).toMatchObject({ reports: 2, bytes: text.length + packed.length });
  });

  it('are empty after clear, while the app, its secret and its limits stay', async () => {
    const server = await start();
    server.setApp(APP, { secret: 'secret' });
    server.setLimits({ period: 5 }, APP);
    await send(server, builder('/a'));
    server.clear();
    expect(server.requests()).toEqual([]);
    expect(server.apps()).toMatchObject([{ appId: APP, reports: 0, names: [] }]);
    expect(await login(server, { Secret: 'secret' })).toMatchObject({ secret: null });
    expect((await send(server)).body).toMatchObject({ data: { period: 5 } });
  });

  it('log every call: path, query, headers, body, size and answer', async () => {
    const server = await start();
    const body = report(builder('/a'));
    const packed = gzipSync(JSON.stringify(body));
    await raw(server, packed);
    await post(server, '/Trace/Report?Token=a.b.c&x=1', '{bad');
    expect(server.requests()).toMatchObject([
      { method: 'POST', path: '/Trace/ReportRaw', query: {}, body, bytes: packed.length, answerCode: 0 },
      { path: '/Trace/Report', query: { Token: 'a.b.c', x: '1' }, body: '{bad', bytes: 4, answerStatus: 200 },
    ]);
    expect(server.requests()[0]?.headers['content-type']).toBe('application/x-gzip');
  });
});

describe('limits', () => {
  it('set for all hold for all, those with their own included; set for one, for that one', async () => {
    const server = await start({ limits: { period: 30 } });
    server.setLimits({ period: 5, maxSamples: 7 }, APP);
    const of = async (AppId: string) => (await post(server, '/Trace/Report', { ...report(), AppId })).body;
    expect(await of(APP)).toEqual({ code: 0, data: { ...LIMITS, period: 5, maxSamples: 7 } });
    expect(await of('other')).toEqual({ code: 0, data: { ...LIMITS, period: 30 } });
    server.setLimits({ period: 10 });
    expect(await of(APP)).toEqual({ code: 0, data: { ...LIMITS, period: 10, maxSamples: 7 } });
    expect(await of('other')).toEqual({ code: 0, data: { ...LIMITS, period: 10 } });
  });
});

describe('faults', () => {
  const counted = (server: DevServer) => server.app(APP)?.names[0]?.total ?? 0;

  it.each<[string, Fault, Partial<Reply>, number]>([
    ['a code', { kind: 'code', code: 429, message: 'busy' }, { body: { code: 429, message: 'busy' } }, 0],
    ['an unreadable body', { kind: 'unreadable' }, { body: UNREADABLE }, 0],
    ['a slow answer', { kind: 'slow', delayMillis: 5 }, { body: TAKEN }, 1],
    [
      'an answer of our own',
      { kind: 'answer', body: '{"code":0,"data":{}}' },
      { body: { code: 0, data: {} } },
      1,
    ],
    [
      'a status of a proxy',
      {
        kind: 'status',
        status: 502,
        body: '<html>',
        contentType: 'text/html',
        headers: { 'retry-after': '1' },
      },
      { status: 502, contentType: 'text/html', body: '<html>' },
      0,
    ],
    ['an empty status', { kind: 'status', status: 204 }, { status: 204, body: '' }, 0],
  ])('make %s come back', async (_, fault, answer, total) => {
    const server = await start();
    server.fault(fault);
    expect(await send(server, builder('/a'))).toMatchObject(answer);
    expect(counted(server)).toBe(total);
  });

  it.each([true, false])('cut the connection after the whole body, counted: %s', async (wasCounted) => {
    const server = await start();
    server.fault({ kind: 'cut', counted: wasCounted });
    await expect(send(server, builder('/a'))).rejects.toThrow();
    expect(counted(server)).toBe(wasCounted ? 1 : 0);
    expect(server.requests()).toMatchObject([{ answerStatus: undefined, answerCode: undefined }]);
  });

  it('leave a call without answer, which is seen all the same', async () => {
    const server = await start();
    server.fault({ kind: 'hang' });
    const giveUp = new AbortController();
    const { url } = server;
    const lost = fetch(`${url}/Trace/Report`, { method: 'POST', body: '{}', signal: giveUp.signal });
    await server.waitFor((seen) => seen.requests().length === 1);
    giveUp.abort();
    await expect(lost).rejects.toThrow();
    expect(server.requests()).toMatchObject([{ body: {}, answerStatus: undefined }]);
  });

  it('strike as often as they say, the oldest first, where path and condition fit', async () => {
    const server = await start();
    server.fault({ kind: 'code', code: 503, path: '/trace', times: 2 });
    server.fault({ kind: 'code', code: 504, when: (request) => request.query.Token === 'x.y.z' });
    const codes: unknown[] = [];
    for (const path of [
      '/App/Ping',
      '/Trace/Report',
      '/TRACE/Report',
      '/Trace/Report',
      '/App/Ping?Token=x.y.z',
    ]) {
      codes.push((await post(server, path, report())).body);
    }
    expect(codes).toMatchObject([{ code: 401 }, { code: 503 }, { code: 503 }, { code: 0 }, { code: 504 }]);
  });

  it('end when they are taken back', async () => {
    const server = await start();
    const takeBack = server.fault({ kind: 'code', code: 500 });
    expect((await send(server)).body).toMatchObject({ code: 500 });
    takeBack();
    expect((await send(server)).body).toMatchObject({ code: 0 });
  });
});

describe('waiting', () => {
  it('for a name ends with the report that completes it', async () => {
    const server = await start();
    await send(server, builder('/a', { Total: 0 }));
    expect(await server.waitForName(APP, '/a', 0)).toMatchObject({ total: 0 });
    const wanted = server.waitForName(APP, '/a', 3);
    await send(server, builder('/a', { Total: 2 }));
    await send(server, builder('/a', { Total: 1 }));
    expect(await wanted).toMatchObject({ name: '/a', total: 3 });
  });

  it('in vain says what there is', async () => {
    const server = await start();
    await send(server, builder('/a', { Total: 2, Errors: 1 }));
    const waiting = server.waitForName(APP, '/b', 5, 1);
    await expect(waiting).rejects.toThrow(/within 1 ms\. Wanted 5 of "\/b"/);
    await expect(waiting).rejects.toThrow(/rec-app: .*reports 1.*"\/a" 2 \(1 errors\)/);
    await expect(waiting).rejects.toThrow(/POST \/Trace\/Report → 200 code 0/);
  });

  it('ends with the error of a condition that throws', async () => {
    const server = await start();
    const waiting = server.waitFor(() => {
      throw new Error('mine');
    });
    await expect(waiting).rejects.toThrow('mine');
  });

  it('ends when the server is closed', async () => {
    const server = await start();
    const waiting = server.waitFor(() => false);
    const outcome = expect(waiting).rejects.toThrow(/closed/);
    await server.close();
    await outcome;
  });
});

describe('the server', () => {
  it('refuses an option, and a limit, that it does not have, by name', async () => {
    await expect(startDevServer({ port: 0, hots: ['a'] } as DevServerOptions)).rejects.toThrow(
      new TypeError(
        'The stand-in server has no option "hots". It has: port, host, hosts, limits, dropRacingNames, ' +
          'newNameMillis, autoRegister, tokenExpireSeconds, clockOffsetMillis.',
      ),
    );
    const limits = { period: 5, maxSample: 1 };
    await expect(startDevServer({ port: 0, limits })).rejects.toThrow(
      /no limit "maxSample"\. It has: period, /,
    );
    const port = '6600' as unknown as number;
    await expect(startDevServer({ port })).rejects.toThrow(
      new TypeError('The option "port" must be a number.'),
    );
    const excludes = '*/health' as unknown as string[];
    await expect(startDevServer({ port: 0, limits: { excludes } })).rejects.toThrow(
      new TypeError('The limit "excludes" must be an array.'),
    );
    const server = await start();
    expect(() => server.setLimits({ period: Number.NaN })).toThrow(/limit "period" must be a number/);
    expect(() => server.setLimits(limits)).toThrow(/no limit "maxSample"/);
    expect(() => server.setLimits(limits, 'shop')).toThrow(TypeError);
    expect(server.apps()).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a negative period', { period: -5 }, '"period" must be a whole number from 1 to 3,600.'],
    ['a period of over an hour', { period: 3_601 }, '"period" must be a whole number from 1 to 3,600.'],
    ['a fraction', { period: 1.5 }, '"period" must be a whole number from 1 to 3,600.'],
    ['no samples', { maxSamples: 0 }, '"maxSamples" must be a whole number from 1 to 1,000.'],
    ['too many samples', { maxSamples: 1_001 }, '"maxSamples" must be a whole number from 1 to 1,000.'],
    ['no samples of errors', { maxErrors: 0 }, '"maxErrors" must be a whole number from 1 to 1,000.'],
    ['no time-out', { timeout: 0 }, '"timeout" must be a whole number from 1 to 86,400,000.'],
    [
      'tags that are too long',
      { maxTagLength: 2_001 },
      '"maxTagLength" must be a whole number from 1 to 2,000.',
    ],
    [
      'request tags that are too short',
      { requestTagLength: -2 },
      '"requestTagLength" must be a whole number from -1 to 65,536.',
    ],
    [
      'too long an exclude',
      { excludes: ['x'.repeat(501)] },
      '"excludes" must be at most 1,000 texts of at most 500 characters.',
    ],
  ])('refuses %s, as an option and later, and says what it accepts', async (_, limits, accepted) => {
    const refusal = new TypeError(`The limit ${accepted}`);
    await expect(startDevServer({ port: 0, limits })).rejects.toThrow(refusal);
    const server = await start();
    expect(() => server.setLimits(limits)).toThrow(refusal);
    expect(() => server.setLimits(limits, 'shop')).toThrow(refusal);
    expect(server.apps()).toEqual([]);
  });

  it('answers with any limits where a fault asks for it', async () => {
    const server = await start();
    const odd = { code: 0, data: { period: -5, maxSamples: 'many' } };
    server.fault({ kind: 'answer', body: JSON.stringify(odd), path: '/Trace' });
    expect((await send(server)).body).toEqual(odd);
  });

  it('refuses a setting of an app, and a kind or field of a fault, that it does not have, by name', async () => {
    const server = await start();
    expect(() => server.setApp('shop', { secrets: 'x' } as AppSettings)).toThrow(
      new TypeError(
        'The stand-in server has no setting of an app "secrets". It has: secret, enabled, ' +
          'tracing, pingPeriod.',
      ),
    );
    expect(() => server.fault({ kind: 'late' } as unknown as Fault)).toThrow(
      /no kind of fault "late"\. .* slow/,
    );
    const slow = { kind: 'slow', delayMillis: 1, delayMs: 1 } as const;
    expect(() => server.fault(slow)).toThrow(/no field of a slow fault "delayMs"/);
    expect(server.apps()).toEqual([]);
    expect((await send(server)).status).toBe(200);
  });

  it('listens on loopback, at a port of its own where 0 is asked for', async () => {
    const server = await start();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    await expect(start({ port: server.port })).rejects.toThrow(/EADDRINUSE/);
  });

  it('closes at once, twice if need be, though connections are kept open and calls unanswered', async () => {
    const server = await start();
    server.fault({ kind: 'hang', path: '/App' });
    await send(server);
    const lost = post(server, '/App/Login', {}).catch(() => 'cut');
    await server.waitFor((seen) => seen.requests().length === 2);
    await server.close();
    await server.close();
    expect(await lost).toBe('cut');
    await expect(send(server)).rejects.toThrow();
  });

  it('survives a client that goes away in the middle of a body', async () => {
    const server = await start();
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${server.url}/Trace/Report`, { method: 'POST' });
      request.on('error', () => resolve());
      request.write('{"AppId":', () => request.destroy(new Error('gone')));
    });
    expect((await send(server)).body).toEqual(TAKEN);
    expect(server.requests()).toHaveLength(1);
  });
});
