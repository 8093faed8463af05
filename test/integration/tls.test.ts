import { spawn, spawnSync } from 'node:child_process';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import type { DevServer } from '../../src/dev/index.ts';
import type { StardustSpanProcessor } from '../../src/index.ts';
import { transportsOf } from '../../src/transport/create-transports.ts';
import { Authority } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { devServer, fakeTime, logLines, pass, processorFor, received } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';
import { tlsFront } from '../support/tls-front.ts';

const ours = new Authority('ours');
const others = new Authority('others');
const forServer = ours.issue();
const forClient = ours.issue({ name: 'client' });
/** Under CI its tests fail without it. */
const hasOpenssl = process.env.CI !== undefined || spawnSync('openssl', ['version']).status === 0;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function flushOne(processor: StardustSpanProcessor): Promise<void> {
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
}

const paths = (server: DevServer) => server.requests().map(({ path }) => path);

describe('the certificate of a server', () => {
  test.each([
    ['text', ours.cert],
    ['a Buffer', Buffer.from(ours.cert)],
    ['an array', [others.cert, Buffer.from(ours.cert)]],
    ['one text with several', `${others.cert}\n${ours.cert}`],
  ])('is accepted where ca names its authority as %s', async (_, ca) => {
    const server = await devServer();
    const front = await tlsFront(server.port, forServer);
    await flushOne(processorFor(front, { ca }));
    expect(received(server, 'op').total).toBe(1);
  });

  test('is accepted where the file of STARDUST_CA names its authority', async () => {
    vi.stubEnv('STARDUST_CA', folder().write('ca.pem', ours.cert));
    const server = await devServer();
    await flushOne(processorFor(await tlsFront(server.port, forServer)));
    expect(received(server, 'op').total).toBe(1);
  });

  test.each([
    ['no authority known here', forServer, undefined, /SIGNATURE: .*; .*set ca or STARDUST_CA/],
    ['another authority', others.issue(), ours.cert, /SIGNATURE: .*; .*set ca or STARDUST_CA/],
    ['a time that is over', ours.issue({ days: -1 }), ours.cert, /CERT_HAS_EXPIRED/],
    ['another host', ours.issue({ hosts: ['other.example'] }), ours.cert, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])(
    'of %s is refused: nothing leaves, the counts wait, and it is logged once',
    async (_, bad, ca, reason) => {
      const lines = logLines();
      fakeTime();
      const server = await devServer();
      const front = await tlsFront(server.port, bad);
      const processor = processorFor(front, { ca });
      processor.onEnd(makeSpan({ name: 'op' }));
      await pass(60_000, 1_000);
      expect(processor.stats()).toMatchObject({ waiting: 1, session: 'away', reports: { unclear: 0 } });
      expect(processor.stats().lastError).toMatch(reason);
      expect(paths(server)).toEqual([]);
      expect(lines.filter((line) => line.startsWith('warn'))).toEqual([expect.stringMatching(reason)]);
      // The usual back-off, from 1 s to 60 s.
      expect(front.connections()).toBeGreaterThan(2);
      expect(front.connections()).toBeLessThan(12);
    },
  );

  test.each(['127.0.0.1', 'localhost'])('is accepted again once it is mended, by %s', async (host) => {
    const server = await devServer();
    const front = await tlsFront(server.port, ours.issue({ hosts: ['other.example'] }));
    const processor = processorFor({ url: front.url.replace('127.0.0.1', host) }, { ca: ours.cert });
    await flushOne(processor);
    front.show(ours.issue({ days: -1 }));
    await flushOne(processor);
    expect(processor.stats()).toMatchObject({ waiting: 2, session: 'away' });
    front.show(ours.issue({ hosts: [host] }));
    await flushOne(processor);
    expect(received(server, 'op').total).toBe(3);
  });
});

test('a call whose time was over before the handshake does not leave once that is done', async () => {
  const server = await devServer();
  const held: (() => void)[] = [];
  let isSlow = true;
  const front = await tlsFront(server.port, {
    ...ours.issue({ hosts: ['localhost'] }),
    SNICallback: (_, done) => {
      if (isSlow) held.push(() => done(null));
      else done(null);
    },
  });
  const url = front.url.replace('127.0.0.1', 'localhost');
  const [transport] = transportsOf(
    resolveSettings({ server: url, ca: ours.cert, requestTimeoutMillis: 500 }, {}),
  );
  onTestFinished(() => transport?.close());
  expect(await transport?.send({ method: 'GET', path: '/late' })).toMatchObject({ sent: false });
  isSlow = false;
  for (const go of held) go();
  await vi.waitFor(async () =>
    expect(await transport?.send({ method: 'GET', path: '/next' })).toMatchObject({ kind: 'answered' }),
  );
  expect(new Set(paths(server))).toEqual(new Set(['/next']));
});

test('a server without TLS under an address with https is away, with a word on what may be wrong', async () => {
  const server = await devServer();
  const processor = processorFor({ url: server.url.replace('http:', 'https:') });
  await flushOne(processor);
  expect(processor.stats()).toMatchObject({ waiting: 1, reports: { unclear: 0 } });
  expect(processor.stats().lastError).toMatch(/is the address one with http:/);
});

describe('a server that asks for a client certificate', () => {
  const demanding = { ...forServer, ca: ours.cert, requestCert: true, rejectUnauthorized: true };

  test('gets the one of cert and key', async () => {
    const server = await devServer();
    const front = await tlsFront(server.port, demanding);
    await flushOne(processorFor(front, { ca: ours.cert, ...forClient }));
    expect(received(server, 'op').total).toBe(1);
    expect(new Set(front.clients)).toEqual(new Set(['client']));
  });

  test.each([
    ['none', {}],
    ['one of an authority that it does not know', others.issue({ name: 'stranger' })],
  ])('is away for %s', async (_, pair) => {
    const server = await devServer();
    const processor = processorFor(await tlsFront(server.port, demanding), { ca: ours.cert, ...pair });
    await flushOne(processor);
    expect(processor.stats()).toMatchObject({ waiting: 1, session: 'away', reports: { unclear: 0 } });
    expect(paths(server)).toEqual([]);
  });

  // Node's own servers hang up without a word; others say why.
  test.runIf(hasOpenssl).each([
    ['none', {}, /ALERT_CERTIFICATE_REQUIRED: .*; the server wants a client certificate: set cert and key$/],
    ['one of an authority that it does not know', others.issue(), /ALERT_UNKNOWN_CA/],
    ['one whose time is over', ours.issue({ days: -1 }), /ALERT_CERTIFICATE_EXPIRED/],
  ])('and says what is wrong is away for %s, with what it says', async (_, pair, reason) => {
    const processor = processorFor(await opensslServer(), { ca: ours.cert, ...pair });
    await flushOne(processor);
    expect(processor.stats().lastError).toMatch(reason);
    expect(processor.stats()).toMatchObject({ waiting: 1, session: 'away' });
  });

  test.runIf(hasOpenssl).each([
    ['it misses', {}, /ALERT_CERTIFICATE_REQUIRED/],
    ['of an authority that it does not know', others.issue(), /ALERT_UNKNOWN_CA/],
    ['whose time is over', ours.issue({ days: -1 }), /ALERT_CERTIFICATE_EXPIRED/],
  ])(
    'and refuses one %s after the login has read nothing: its end is not unclear',
    async (_, pair, reason) => {
      const server = await devServer();
      const front = await tlsFront(server.port, forServer);
      const processor = processorFor(front, { ca: ours.cert, ...pair });
      await flushOne(processor);
      await front.leave();
      await opensslServer(front.port);
      await flushOne(processor);
      expect(processor.stats().lastError).toMatch(reason);
      expect(processor.stats()).toMatchObject({ waiting: 1, reports: { unclear: 0 } });
    },
  );

  test('gets the new one on the next connection when the files are replaced, one after the other', async () => {
    const lines = logLines();
    const files = folder();
    vi.stubEnv('STARDUST_CA', files.write('ca.pem', ours.cert));
    vi.stubEnv('STARDUST_CERT', files.write('cert.pem', forClient.cert));
    vi.stubEnv('STARDUST_KEY', files.write('key.pem', forClient.key));
    const server = await devServer();
    const front = await tlsFront(server.port, demanding);
    const processor = processorFor(front);
    await flushOne(processor);
    const renewed = ours.issue({ name: 'renewed', ownKey: true });
    files.write('cert.pem', renewed.cert);
    await flushOne(processor);
    front.disconnect();
    await flushOne(processor);
    await flushOne(processor);
    expect(new Set(front.clients)).toEqual(new Set(['client']));
    expect(lines.filter((line) => line.startsWith('warn the new certificates cannot be used'))).toHaveLength(
      1,
    );
    files.write('key.pem', renewed.key);
    front.disconnect();
    await flushOne(processor);
    await flushOne(processor);
    expect(front.clients.at(-1)).toBe('renewed');
    // The same once more, a year later.
    files.write('cert.pem', ours.issue({ name: 'renewed again', ownKey: true }).cert);
    front.disconnect();
    await flushOne(processor);
    expect(front.clients.at(-1)).toBe('renewed');
    expect(lines.filter((line) => line.startsWith('warn the new certificates cannot be used'))).toHaveLength(
      2,
    );
    expect(processor.stats()).toMatchObject({ delivered: 7, waiting: 0 });
  });
});

describe('a file of certificates', () => {
  test('that is missing is logged once with its path, and is read when it appears', async () => {
    const lines = logLines();
    const files = folder();
    vi.stubEnv('STARDUST_CA', files.path('ca.pem'));
    const server = await devServer();
    const front = await tlsFront(server.port, forServer);
    const processor = processorFor(front);
    await flushOne(processor);
    await flushOne(processor);
    const said = lines.filter((line) => line.startsWith('warn STARDUST_CA'));
    expect(said).toEqual([
      `warn STARDUST_CA: ${files.path('ca.pem')} cannot be used (ENOENT); it counts as not set`,
    ]);
    expect(processor.stats()).toMatchObject({ waiting: 2, session: 'away' });
    files.write('ca.pem', ours.cert);
    await flushOne(processor);
    expect(received(server, 'op').total).toBe(3);
  });

  test.each([
    ['half written', (pem: string) => pem.slice(0, -100)],
    ['no PEM', () => 'hello'],
    ['empty', () => ''],
  ])('that becomes %s leaves in force what it held before, which is logged once', async (_, spoilt) => {
    const lines = logLines();
    const files = folder();
    vi.stubEnv('STARDUST_CA', files.write('ca.pem', ours.cert));
    const server = await devServer();
    const front = await tlsFront(server.port, forServer);
    const processor = processorFor(front);
    await flushOne(processor);
    files.write('ca.pem', spoilt(ours.cert));
    for (let i = 0; i < 3; i++) {
      front.disconnect();
      await flushOne(processor);
    }
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 4, waiting: 0 });
    const said = lines.filter((line) => line.startsWith('warn STARDUST_CA'));
    expect(said).toEqual([expect.stringMatching(/cannot be used \(.*\); what it held before is used$/)]);
  });

  test('that names another authority now makes the server refused on the next connection', async () => {
    const files = folder();
    vi.stubEnv('STARDUST_CA', files.write('ca.pem', ours.cert));
    const server = await devServer();
    const front = await tlsFront(server.port, forServer);
    const processor = processorFor(front);
    await flushOne(processor);
    files.write('ca.pem', others.cert);
    await flushOne(processor);
    expect(processor.stats()).toMatchObject({ delivered: 2 });
    front.disconnect();
    await flushOne(processor);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ waiting: 1, session: 'away' });
    expect(processor.stats().lastError).toMatch(/SIGNATURE/);
  });

  test.runIf(process.platform === 'linux')('that is none is said and holds nothing up', async () => {
    const lines = logLines();
    const server = await devServer();
    vi.stubEnv('STARDUST_CA', '/dev/zero');
    await flushOne(processorFor(await tlsFront(server.port, forServer)));
    expect(lines.filter((line) => line.includes('/dev/zero cannot be used'))).toHaveLength(1);
  });
});

test('of several servers the one with https is used when the other is away, and the other way round', async () => {
  const [plain, behind] = [await devServer(), await devServer()];
  const front = await tlsFront(behind.port, forServer);
  const mend = plain.fault({ kind: 'status', status: 503 });
  await flushOne(processorFor({ url: `${plain.url},${front.url}` }, { ca: ours.cert }));
  expect(received(behind, 'op').total).toBe(1);
  mend();
  await flushOne(processorFor({ url: `${front.url},${plain.url}` }));
  expect(received(plain, 'op').total).toBe(1);
});

/** A server that takes certificates of our authority only, and ends each connection with an alert otherwise. */
async function opensslServer(port = 0): Promise<{ readonly url: string }> {
  const files = folder();
  const given = {
    '-cert': files.write('cert.pem', forServer.cert),
    '-key': files.write('key.pem', forServer.key),
    '-CAfile': files.write('ca.pem', ours.cert),
    '-Verify': '1',
    '-accept': `127.0.0.1:${port}`,
  };
  const child = spawn('openssl', ['s_server', '-verify_return_error', ...Object.entries(given).flat()]);
  onTestFinished(() => void child.kill());
  // It tells the port where that was left to it.
  const accepting = await new Promise((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      const [accepts, its] = /^ACCEPT(?: 127\.0\.0\.1:(\d+))?$/m.exec(String(text)) ?? [];
      if (accepts !== undefined) resolve(its ?? port);
    });
  });
  return { url: `https://127.0.0.1:${accepting}` };
}
