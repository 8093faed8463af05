import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  IncomingMessage,
  ServerResponse,
} from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { EventStreams } from '../../src/dev/page-server/event-streams.ts';
import { devServer } from '../support/harness.ts';
import { built } from '../support/processes/built.ts';

beforeAll(built, 120_000);

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Not by `fetch`, which lets nobody choose the Host. */
function ask(server: DevServer, path: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return new Promise<Answered>((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path, method, headers, agent: false };
    const request = httpRequest(options, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    request.on('error', reject).end(body);
  });
}

async function tokenOf(server: DevServer): Promise<string> {
  return /name="page-token" content="([\w-]+)"/.exec((await ask(server, '/')).text)?.[1] ?? '';
}

/** A report that makes one app and one name known. */
function report(server: DevServer, headers: Readonly<Record<string, string>> = {}) {
  const builders = [{ Name: '/a', StartTime: Date.now(), Total: 1, Samples: [{ Id: '1', TraceId: 't' }] }];
  const body = JSON.stringify({ AppId: 'shop', Builders: builders });
  return ask(server, '/Trace/Report', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function control(server: DevServer, control: unknown, headers: Readonly<Record<string, string>> = {}) {
  const own = {
    origin: server.url,
    'x-page-token': await tokenOf(server),
    'content-type': 'application/json',
  };
  const body = typeof control === 'string' ? control : JSON.stringify(control);
  const kept = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== 'none');
  return ask(server, '/page/controls', { method: 'POST', headers: Object.fromEntries(kept), body });
}

const PERIOD = { do: 'limits', limits: { period: 7 } };

async function period(server: DevServer): Promise<number> {
  return JSON.parse((await report(server)).text).data.period;
}

describe('the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', /<script type="module" src="\/page.js">/],
    ['/page.js', 'text/javascript; charset=utf-8', /./],
    ['/page.css', 'text/css; charset=utf-8', /light-dark\(/],
    ['/icon.svg', 'image/svg+xml', /<svg/],
  ])('comes with headers that let nothing else in: %s', async (path, contentType, text) => {
    const { status, headers, text: sent } = await ask(await devServer(), path);
    expect(status).toBe(200);
    expect(sent).toMatch(text);
    expect(headers).toMatchObject({
      'content-type': contentType,
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('holds no script or style of its own, and names no other host', async () => {
    const server = await devServer();
    const { text } = await ask(server, '/');
    expect(text).not.toMatch(/<script(?![^>]*src=)|<style|style=|\son\w+=|\/\//i);
    const { text: styles } = await ask(server, '/page.css');
    expect(styles).not.toMatch(/url\(|@import/);
  });

  it('is nothing but the page: it takes no other method, and knows no other path', async () => {
    const server = await devServer();
    const headers = { 'x-page-token': await tokenOf(server) };
    expect(await ask(server, '/', { method: 'POST' })).toMatchObject({ status: 405 });
    expect(await ask(server, '/page/none', { headers })).toMatchObject({ status: 404 });
    expect(await ask(server, '/page/../page.js')).toMatchObject({ status: 403 });
    expect(await ask(server, '/page.js/../../package.json')).toMatchObject({ status: 404 });
  });

  it('is no call of an app: it is not in the log, and no fault strikes it', async () => {
    const server = await devServer();
    server.fault({ kind: 'cut', counted: false });
    expect(await ask(server, '/')).toMatchObject({ status: 200 });
    expect(await control(server, PERIOD)).toMatchObject({ status: 204 });
    expect(server.requests()).toEqual([]);
  });
});

describe('the Host of a request', () => {
  const at = async (server: DevServer, host: string) =>
    (await ask(server, '/', { headers: { host } })).status;

  it('must be the address we listen at, or a form of localhost, with our port', async () => {
    const server = await devServer();
    const { port } = server;
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
      expect(await at(server, `${host}:${port}`), host).toBe(200);
    }
    const others = [
      'evil.example',
      '10.0.0.7',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '',
      '[::1',
    ];
    for (const host of others) expect(await at(server, `${host}:${port}`), host).toBe(403);
    for (const host of ['127.0.0.1', `127.0.0.1:${port + 1}`, `a@127.0.0.1:${port}`]) {
      expect(await at(server, host), host).toBe(403);
    }
  });

  it('is looked at for everything the page has', async () => {
    const server = await devServer();
    const token = await tokenOf(server);
    const headers = { host: `evil.example:${server.port}`, 'x-page-token': token };
    for (const path of ['/page.js', `/page/events?token=${token}`, '/page/traces', '/page/call?number=1']) {
      expect(await ask(server, path, { headers }), path).toMatchObject({ status: 403 });
    }
    const foreign = { host: headers.host, origin: `http://${headers.host}` };
    expect(await control(server, PERIOD, foreign)).toMatchObject({ status: 403 });
    expect(await period(server)).toBe(60);
  });

  it('may be any address, and no name, where we listen at all of them', async () => {
    const server = await devServer({ host: '0.0.0.0' });
    for (const host of ['10.0.0.7:8080', '[fe80::1]:6600', '127.0.0.1', 'localhost:1']) {
      expect(await at(server, host), host).toBe(200);
    }
    for (const host of ['evil.example', 'stardust:6600', '[evil]:6600']) {
      expect(await at(server, host), host).toBe(403);
    }
  });

  it('may be a name that was given', async () => {
    const server = await devServer({ hosts: ['Stardust'] });
    expect(await at(server, 'stardust:8080')).toBe(200);
    expect(await at(server, 'stardust2')).toBe(403);
  });

  it('does not matter to the calls of apps, which a proxy may have passed on', async () => {
    const server = await devServer();
    expect(await report(server, { host: 'stardust.example' })).toMatchObject({ status: 200 });
    expect(server.app('shop')).toMatchObject({ reports: 1 });
  });
});

describe('a page of a stranger', () => {
  it('can report nothing: what has an Origin is refused', async () => {
    const server = await devServer();
    for (const origin of ['http://evil.example', 'null', server.url]) {
      expect(await report(server, { origin })).toMatchObject({ status: 403 });
    }
    expect(server.apps()).toEqual([]);
    expect(server.requests()).toEqual([]);
  });

  it.each([
    ['a form or a script of another site', '/Trace/Report', { 'sec-fetch-site': 'cross-site' }],
    [
      'an image in another site',
      '/App/Logout',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
    ],
    ['an image in a page at another port', '/App/Ping', { 'sec-fetch-site': 'same-site' }],
  ])('can call nothing: %s', async (_, path, headers) => {
    const server = await devServer();
    expect(await ask(server, path, { headers })).toMatchObject({ status: 403 });
    expect(await report(server, headers)).toMatchObject({ status: 403 });
    expect(server.apps()).toEqual([]);
    expect(server.requests()).toEqual([]);
  });

  it('may link to the page, and an address typed by the user is answered', async () => {
    const server = await devServer();
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await ask(server, '/', { headers: link })).toMatchObject({ status: 200 });
    expect(await report(server, { 'sec-fetch-site': 'none' })).toMatchObject({ status: 200 });
  });

  it.each([
    ['without a token', { 'x-page-token': 'none' }],
    ['with a wrong token', { 'x-page-token': 'x'.repeat(32) }],
    ['with a wrong token of another length', { 'x-page-token': 'x' }],
    ['from another origin', { origin: 'http://evil.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from nowhere', { origin: 'none' }],
    ['from an opaque origin', { origin: 'null' }],
  ])('can change nothing: %s', async (_, headers) => {
    const server = await devServer();
    expect(await control(server, PERIOD, headers)).toMatchObject({ status: 403 });
    expect(await period(server)).toBe(60);
    expect(await control(server, PERIOD)).toMatchObject({ status: 204 });
    expect(await period(server)).toBe(7);
  });

  it('can read nothing, and holds no place among the open pages', async () => {
    const server = await devServer();
    await report(server);
    for (const path of [
      '/page/events',
      '/page/traces',
      '/page/trace?id=t',
      '/page/operation?app=shop&name=/a',
    ]) {
      expect(await ask(server, path), path).toMatchObject({ status: 403 });
      expect(await ask(server, path, { headers: { 'x-page-token': 'x' } }), path).toMatchObject({
        status: 403,
      });
    }
  });

  it('finds another token at every start', async () => {
    const [one, other] = [await tokenOf(await devServer()), await tokenOf(await devServer())];
    expect(one).toMatch(/^[\w-]{32}$/);
    expect(other).not.toBe(one);
  });
});

describe('a control', () => {
  it.each<[string, unknown, RegExp]>([
    ['that is no JSON', '{', /not an object/],
    ['that does not exist', { do: 'format' }, /no such control/],
    ['of an app that does not exist', { ...PERIOD, appId: 'none' }, /no such app/],
    [
      'with limits out of range',
      { do: 'limits', limits: { period: 0 } },
      /limit "period" must be .* 1 to 3,600\./,
    ],
    [
      'with a fraction',
      { do: 'limits', limits: { maxSamples: 1.5 } },
      /limit "maxSamples" must be a whole number/,
    ],
    [
      'with a limit that does not exist',
      { do: 'limits', limits: { constructor: 1 } },
      /no limit "constructor"/,
    ],
    [
      'with excludes that are no texts',
      { do: 'limits', limits: { excludes: [1] } },
      /limit "excludes" must be/,
    ],
    [
      'with a flag that is none',
      { do: 'limits', limits: { enableMeter: 1 } },
      /limit "enableMeter" must be true or false/,
    ],
    ['of a fault that does not exist', { do: 'fault', effect: 'fire', path: '' }, /no such fault/],
    [
      'of a fault that never ends',
      { do: 'fault', effect: 'slow', path: '', delayMillis: 1e9 },
      /delayMillis/,
    ],
    ['of a fault that never strikes', { do: 'fault', effect: '401', path: '', times: 0 }, /times/],
  ])('%s is refused with the reason', async (_, asked, reason) => {
    const server = await devServer();
    await report(server);
    expect(await control(server, asked)).toMatchObject({ status: 400, text: expect.stringMatching(reason) });
    expect(await period(server)).toBe(60);
  });

  it('that is too long is cut off', async () => {
    const server = await devServer();
    const outcome = control(server, 'x'.repeat(2 * 1024 * 1024)).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(await outcome);
  });

  it('injects no more than 50 faults', async () => {
    const server = await devServer();
    const fault = { do: 'fault', effect: '500', path: '/none' };
    for (let i = 0; i < 50; i++) expect(await control(server, fault)).toMatchObject({ status: 204 });
    expect(await control(server, fault)).toMatchObject({ status: 400 });
  });
});

describe('open pages', { timeout: 15_000 }, () => {
  /** An event stream that is read as it comes. */
  async function listen(server: DevServer) {
    const events: { apps: { appId: string; operations: { total: number }[] }[] }[] = [];
    const answer = await fetch(`${server.url}/page/events?token=${await tokenOf(server)}`);
    const read = async () => {
      let text = '';
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        const parts = `${text}${Buffer.from(chunk)}`.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) if (part.startsWith('data: ')) events.push(JSON.parse(part.slice(6)));
      }
    };
    return {
      status: answer.status,
      events,
      ended: read().then(
        () => 'ended',
        () => 'cut',
      ),
    };
  }

  it('are told each change, also that code made', async () => {
    const server = await devServer();
    const { events } = await listen(server);
    const last = () => JSON.stringify(events.at(-1));
    await expect.poll(() => events.length).toBe(1);
    await report(server);
    await expect.poll(last).toContain('"name":"/a"');
    server.setLimits({ period: 11 });
    await expect.poll(last).toContain('"period":11');
    const lift = server.fault({ kind: 'code', code: 429 });
    await expect.poll(last).toContain('"effect":"429"');
    lift();
    await expect.poll(last).not.toContain('"effect":"429"');
    server.setApp('later', {});
    await expect.poll(last).toContain('"appId":"later"');
    server.clear();
    await expect.poll(last).not.toContain('"name":"/a"');
  });

  it('end with the server, which closes at once', async () => {
    const server = await devServer();
    const { ended, events } = await listen(server);
    await expect.poll(() => events.length).toBe(1);
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(['ended', 'cut']).toContain(await ended);
  });

  it('are 20 at most', async () => {
    const server = await devServer();
    const open = await Promise.all(Array.from({ length: 20 }, () => listen(server)));
    expect(open.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(await listen(server)).toMatchObject({ status: 503 });
  });

  it('that read nothing hold one event, however much changes, and then see how things are', async () => {
    const responses: ServerResponse[] = [];
    let told = 0;
    const size = 4 * 1024 * 1024;
    const streams = new EventStreams(() => `${++told}${' '.repeat(size)}`);
    const http = createServer((_, response) => {
      responses.push(response);
      streams.open(response);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const reader = connect((http.address() as AddressInfo).port, '127.0.0.1');
    reader.pause();
    reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await expect.poll(() => responses.length).toBe(1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let i = 0; i < 8; i++) {
      streams.changed();
      await vi.advanceTimersByTimeAsync(200);
    }
    vi.useRealTimers();
    expect(told).toBeGreaterThan(5);
    expect(responses[0]?.writableLength).toBeLessThan(2 * size);
    let last = '';
    reader.on('data', (chunk) => {
      last = /data: (\d+) /.exec(chunk.toString())?.[1] ?? last;
    });
    reader.resume();
    await expect.poll(() => last === String(told), { timeout: 5_000 }).toBe(true);
    streams.close();
    await new Promise((resolve) => http.close(resolve));
  });

  it('are told every five seconds without a change, also those opened after all others were closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    let told = 0;
    const streams = new EventStreams(() => `${++told}`);
    for (let round = 0; round < 2; round++) {
      const response = new ServerResponse(new IncomingMessage(new Socket()));
      streams.open(response);
      const before = told;
      await vi.advanceTimersByTimeAsync(20_300);
      expect(told).toBe(before + 4);
      response.emit('close');
      expect(vi.getTimerCount()).toBe(0);
    }
    vi.useRealTimers();
  });

  it('cost nothing where there are none', () => {
    vi.useFakeTimers();
    const describe = vi.fn(() => '');
    new EventStreams(describe).changed();
    expect(vi.getTimerCount()).toBe(0);
    expect(describe).not.toHaveBeenCalled();
  });

  it('see some names of each app, though there are many of both', async () => {
    const server = await devServer();
    for (let app = 0; app < 110; app++) {
      const Builders = Array.from({ length: 60 }, (_, n) => ({
        Name: `/${n}`,
        StartTime: Date.now(),
        Total: n,
      }));
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ AppId: `app${app}`, Builders });
      await ask(server, '/Trace/Report', { method: 'POST', headers, body });
    }
    const { events } = await listen(server);
    await expect.poll(() => events.length).toBeGreaterThan(0);
    const { apps, ...more } = events[0] ?? { apps: [] };
    expect(more).toMatchObject({ moreApps: 10 });
    expect(apps).toHaveLength(100);
    expect(apps.at(-1)).toMatchObject({ appId: 'app99', moreOperations: 40, total: 1_770 });
    expect(
      apps
        .at(-1)
        ?.operations.map(({ total }) => total)
        .slice(0, 3),
    ).toEqual([59, 58, 57]);
    expect(JSON.stringify(events[0]).length).toBeLessThan(2 * 1024 * 1024);
  });
});
