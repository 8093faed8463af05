import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type DevServerOptions, startDevServer } from '../../src/dev/index.ts';
import { Authority } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { built, REPO } from '../support/processes/built.ts';
import { appFolder, check, copyApi, emptyFolder, runCommand } from '../support/processes/command.ts';
import { closedPort, liveServer, silentServer } from '../support/processes/servers.ts';
import { tlsFront } from '../support/tls-front.ts';

beforeAll(() => built(), 90_000);

const authority = new Authority();

/** The app `shop`, reporting to this server. */
function shop(server: { readonly url: string }, more: Readonly<Record<string, string>> = {}) {
  return { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'shop', ...more };
}

async function serverWith(options: DevServerOptions) {
  const server = await startDevServer({ port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Answers every call with this page. */
async function pages(status: number, body: string, headers = {}): Promise<{ readonly url: string }> {
  const server: Server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('check', { timeout: 30_000 }, () => {
  describe('where all is well', () => {
    it('goes through every step, and ends well', async () => {
      const checked = await check(shop(await liveServer()));
      expect(checked).toMatchObject({ code: 0, ok: true, stderr: '' });
      expect(checked.findings.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
        'node good',
        'package good',
        'api good',
        'sdk good',
        'variables good',
        'app note',
        'network good',
        'login good',
        'clock good',
        'secret note',
        'ping good',
        'report good',
        'limits good',
        'excludes good',
      ]);
    });

    it('leaves nothing on the server but the app, logged out, and one row of its own figures', async () => {
      const server = await liveServer();
      await check(shop(server));
      expect(server.app('shop')).toMatchObject({ names: [], logins: 1, logouts: 1, pings: 1 });
      const ping = server.app('shop')?.lastPing as Record<string, unknown>;
      for (const figure of ['ProcessorTime', 'WorkingSet', 'HeapSize']) {
        expect(ping[figure], figure).toBeGreaterThan(0);
      }
      expect(server.apps()).toHaveLength(1);
    });

    it('tells the limits and the excludes that the server gave', async () => {
      const excludes = ['/health', '*/static/*'];
      const server = await serverWith({ limits: { period: 15, maxSamples: 3, timeout: 2_500, excludes } });
      const { step } = await check(shop(server));
      expect(step('limits')?.details).toEqual({
        periodSeconds: 15,
        maxSamples: 3,
        maxErrors: 10,
        slowThresholdMillis: 2_500,
        maxTagLength: 1_024,
      });
      expect(step('excludes')).toMatchObject({ verdict: 'good', details: { excludes } });
      expect(step('excludes')?.text).toContain('/health  */static/*');
    });

    it('sends the token in the header where that is wanted', async () => {
      const server = await liveServer();
      const { ok } = await check(shop(server, { STARDUST_TOKEN_IN: 'header' }));
      expect(ok).toBe(true);
      expect(server.requests().filter(({ path }) => path.includes('Token='))).toEqual([]);
    });

    it('checks each of several servers', async () => {
      const [one, two] = [await liveServer(), await closedPort()];
      const { findings, bad } = await check(shop({ url: `${one.url},${two.url}` }));
      expect(findings.filter(({ step }) => step === 'address').map(({ text }) => text)).toEqual([
        one.url,
        two.url,
      ]);
      expect(findings.filter(({ step }) => step === 'report')).toHaveLength(1);
      expect(bad.map(({ step }) => step)).toEqual(['network']);
    });

    it('prints lines of at most 80 columns, without colour where no terminal is', async () => {
      const server = await serverWith({
        limits: { excludes: Array.from({ length: 40 }, (_, i) => `/path/number/${i}`) },
      });
      const { code, stdout } = await runCommand(['check'], { cwd: appFolder(), env: shop(server) });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^ {2}✓ Node\.js \d/m);
      expect(stdout).toMatch(/\n\nAll checks passed\./);
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(stdout).not.toContain('\u001b');
    });
  });

  describe('of the variables', () => {
    it('wants a server and an app', async () => {
      const { code, bad } = await check({});
      expect(code).toBe(1);
      expect(bad).toMatchObject([
        { step: 'variables', fix: expect.stringContaining('\n  export STARDUST_SERVER=http://') },
        { step: 'variables', fix: expect.stringContaining('\n  export STARDUST_APP_ID=') },
      ]);
    });

    it('takes the name of the app from where the app does', async () => {
      const { url } = await liveServer();
      const { ok, step, findings } = await check({ STARDUST_SERVER: url, OTEL_SERVICE_NAME: 'orders' });
      expect(ok).toBe(true);
      expect(step('app')?.text).toMatch(/^reports as orders \(orders 1\.0\.0, /);
      expect(findings.filter((each) => each.step === 'login')).toHaveLength(1);
    });

    it('shows those that are set, and no secret', async () => {
      const server = await liveServer();
      const env = shop(server, { STARDUST_SECRET: 'hush-hush', STARDUST_HEADERS: 'authorization=hush-too' });
      const { stdout, step } = await check(env);
      expect(step('variables')?.text.split('\n')).toEqual([
        `STARDUST_SERVER=${server.url}`,
        'STARDUST_APP_ID=shop',
        'STARDUST_SECRET=***',
        'STARDUST_HEADERS=***',
      ]);
      expect(stdout).not.toContain('hush');
    });

    it.each([
      [
        { STARDUST_PERIOD_SECONDS: 'abc' },
        /STARDUST_PERIOD_SECONDS must be a number of seconds/,
        /^Correct it or unset it\.$/,
      ],
      [{ STARDUST_APPID: 'shop' }, /STARDUST_APPID is not a variable/, /^Did you mean STARDUST_APP_ID\?$/],
      [{ STARDUST_NONESUCH: '1' }, /STARDUST_NONESUCH is not a variable/, /docs\/configuration\.md/],
    ])('warns of %j', async (more, text, fix) => {
      const { ok, step } = await check(shop(await liveServer(), more));
      expect(ok).toBe(true);
      expect(step('variables')).toMatchObject({
        verdict: 'warning',
        text: expect.stringMatching(text),
        fix: expect.stringMatching(fix),
      });
    });

    it('says that the SDK is switched off', async () => {
      const { bad } = await check(shop(await liveServer(), { OTEL_SDK_DISABLED: 'true' }));
      expect(bad).toMatchObject([{ text: expect.stringContaining('OTEL_SDK_DISABLED'), fix: 'Unset it.' }]);
    });
  });

  describe('of the packages', () => {
    it('says that nothing is installed', async () => {
      const { bad, step } = await check(shop(await liveServer()), { cwd: emptyFolder() });
      expect(step('package')).toMatchObject({
        verdict: 'warning',
        fix: 'Install it: npm install opentelemetry-stardust',
      });
      expect(bad).toMatchObject([
        { step: 'api', fix: expect.stringContaining('npm install @opentelemetry/api@1.9') },
        { step: 'sdk', fix: expect.stringContaining('npm install @opentelemetry/api@1.9') },
      ]);
    });

    it('says why OpenTelemetry 2 may be there', async () => {
      const { step } = await check(shop(await liveServer()));
      expect(step('sdk')).toMatchObject({
        verdict: 'good',
        text: expect.stringMatching(
          /^OpenTelemetry 2 \(3 needs Node\.js 22\.15, on an older one npm takes 2\): sdk-/,
        ),
      });
    });

    it.each([
      ['1.10.0', 'bad', 'do not see each other'],
      ['1.9.1', 'warning', 'two copies'],
    ])('finds a second copy of the api, %s', async (version, verdict, text) => {
      const cwd = emptyFolder();
      const packages = join(cwd, 'node_modules');
      mkdirSync(packages);
      symlinkSync(REPO, join(packages, 'opentelemetry-stardust'));
      copyApi(packages, version);
      for (const name of ['sdk-trace-node', 'sdk-trace-base'])
        symlinkSync(join(REPO, 'node_modules/@opentelemetry', name), join(packages, '@opentelemetry', name));
      const { step } = await check(shop(await liveServer()), { cwd });
      expect(step('api')).toMatchObject({
        verdict,
        text: expect.stringContaining(text),
        fix: expect.stringContaining('npm dedupe'),
      });
      expect(step('api')?.text).toContain(`the app's ${version} in `);
    });
  });

  describe('of the network', () => {
    it('says that nobody listens on a wrong port', async () => {
      const { code, bad } = await check(shop(await closedPort()));
      expect(code).toBe(1);
      expect(bad).toMatchObject([
        {
          step: 'network',
          text: expect.stringMatching(/^Nothing listens on port \d+ of 127\.0\.0\.1\.$/),
          fix: "Is the port right in STARDUST_SERVER? Is the server running? Stardust's usual port is 6600.",
        },
      ]);
    });

    it('says that a name has no address', async () => {
      const { bad } = await check(shop({ url: 'http://nonesuch.invalid:6600' }));
      expect(bad).toMatchObject([
        {
          step: 'network',
          text: 'nonesuch.invalid (the server) cannot be resolved.',
          fix: expect.stringContaining('DNS'),
        },
      ]);
    });

    it.each([
      [200, '<html><head><title>Welcome to nginx!</title></head></html>', 'HTTP 200 "Welcome to nginx!"'],
      [404, '', 'HTTP 404'],
      [200, '{"status":"up"}', 'HTTP 200 "{"status":"up"}"'],
    ])('says that what answers HTTP %d with %s is not Stardust', async (status, body, what) => {
      const server = await pages(status, body);
      const { bad } = await check(shop(server));
      expect(bad).toMatchObject([
        {
          step: 'login',
          text: `What answers on ${server.url} is not Stardust: ${what}`,
          fix: "Is the port right in STARDUST_SERVER? Stardust's usual port is 6600. Behind a gateway, is the path right?",
        },
      ]);
    });

    it('says where a redirect leads, without its query', async () => {
      const server = await pages(302, '', { location: 'http://portal.example/login?ticket=a1b2' });
      const { bad } = await check(shop(server));
      expect(bad).toMatchObject([
        {
          step: 'login',
          text: `What answers on ${server.url} is not Stardust: HTTP 302 to http://portal.example/login`,
        },
      ]);
    });

    it('says that a gateway has no server behind it', async () => {
      const { bad } = await check(shop(await pages(502, '<title>502 Bad Gateway</title>')));
      expect(bad).toMatchObject([
        { step: 'login', fix: expect.stringContaining('Start the Stardust server') },
      ]);
    });

    it('says that a server takes the call and never answers', async () => {
      const env = { STARDUST_REQUEST_TIMEOUT_MILLIS: '200' };
      const { bad } = await check(shop(await silentServer(), env));
      expect(bad).toMatchObject([
        { step: 'login', text: expect.stringContaining('no answer within 200 ms') },
      ]);
    });

    it('says that a server hangs up', async () => {
      const server = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await new Promise((resolve) => server.once('listening', resolve));
      const { bad } = await check(
        shop({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
      );
      expect(bad).toMatchObject([
        { step: 'login', fix: expect.stringContaining('Is it Stardust that listens there?') },
      ]);
    });
  });

  describe('of TLS', () => {
    it('takes a certificate of the authority that is named', async () => {
      const server = await liveServer();
      const front = await tlsFront(server.port, authority.issue());
      const ca = folder().write('ca.pem', authority.cert);
      const { ok, step } = await check(shop(front, { STARDUST_CA: ca }));
      expect(ok).toBe(true);
      expect(step('tls')?.text).toMatch(/^TLSv1\.\d, certificate for test until /);
    });

    it.each([
      ['that nobody here has signed', {}, false, 'export STARDUST_CA='],
      ['for another name', { hosts: ['elsewhere.example'] }, true, "Use the certificate's host name"],
      ['that has expired', { days: -2 }, true, "Renew the server's certificate"],
    ])('tells the fix for a certificate %s', async (_, wanted, isTrusted, fix) => {
      const front = await tlsFront((await liveServer()).port, authority.issue(wanted));
      const ca = isTrusted ? { STARDUST_CA: folder().write('ca.pem', authority.cert) } : {};
      const { bad } = await check(shop(front, ca));
      expect(bad).toMatchObject([{ step: 'tls', fix: expect.stringContaining(fix) }]);
    });

    it('says that the file of the authority is not there', async () => {
      const front = await tlsFront((await liveServer()).port, authority.issue());
      const { findings } = await check(shop(front, { STARDUST_CA: '/nonesuch/ca.pem' }));
      expect(findings.filter(({ step }) => step === 'tls')).toMatchObject([
        { verdict: 'warning', text: expect.stringContaining('STARDUST_CA: /nonesuch/ca.pem cannot be used') },
        { verdict: 'bad' },
      ]);
    });

    it('says that a server speaks http, not https', async () => {
      const { url } = await liveServer();
      const { bad } = await check(shop({ url: url.replace('http:', 'https:') }));
      expect(bad).toMatchObject([{ step: 'tls', fix: `Set STARDUST_SERVER=${url}` }]);
    });

    it('says that a server speaks https, not http', async () => {
      const { url } = await tlsFront((await liveServer()).port, authority.issue());
      const { bad } = await check(shop({ url: url.replace('https:', 'http:') }));
      expect(bad).toMatchObject([{ step: 'login', fix: `Set STARDUST_SERVER=${url}` }]);
    });
  });

  describe.each(['http', 'https'])('by a proxy, of a server with %s', (scheme) => {
    async function behind() {
      const server = await liveServer();
      const front = scheme === 'http' ? server : await tlsFront(server.port, authority.issue());
      const env = shop(front, { STARDUST_CA: folder().write('ca.pem', authority.cert) });
      const variable = `${scheme.toUpperCase()}_PROXY`;
      return { env, variable, host: new URL(front.url).host };
    }

    it('names the proxy, and gets through it', async () => {
      const { env, variable } = await behind();
      const proxy = await httpProxy({ user: 'root:pass' });
      const { ok, stdout, step } = await check({
        ...env,
        [variable]: proxy.url.replace('//', '//root:pass@'),
      });
      expect(ok).toBe(true);
      expect(step('address')?.text).toContain(`, through the proxy ${proxy.url}`);
      expect(stdout).not.toContain('root:pass');
    });

    it('says that the proxy is away', async () => {
      const { env, variable } = await behind();
      const { bad } = await check({ ...env, [variable]: (await closedPort()).url });
      expect(bad).toMatchObject([
        {
          step: 'network',
          text: expect.stringContaining('Nothing listens'),
          fix: `Is the port right in ${variable}? Is the proxy running?`,
        },
      ]);
    });

    it('says that the proxy wants a password', async () => {
      const { env, variable } = await behind();
      const { url } = await httpProxy({ user: 'root:pass' });
      const { bad } = await check({ ...env, [variable]: url });
      expect(bad).toMatchObject([
        {
          step: 'proxy',
          fix: `Add them to the proxy's variable: ${url.replace('//', '//user:password@')}`,
        },
      ]);
    });

    it('says that the proxy answers itself', async () => {
      const { env, variable, host } = await behind();
      const proxy = await httpProxy();
      proxy.refuse({ status: 403, body: '<title>Blocked</title>' });
      const { bad } = await check({ ...env, [variable]: proxy.url });
      expect(bad).toMatchObject([{ step: 'login', fix: expect.stringContaining(`NO_PROXY=${host}`) }]);
      expect(bad[0]?.text).toContain(proxy.url);
    });
  });

  describe('of the login', () => {
    it('takes the right secret', async () => {
      const server = await liveServer();
      server.setApp('shop', { secret: 'right' });
      const { ok, step } = await check(shop(server, { STARDUST_SECRET: 'right' }));
      expect(ok).toBe(true);
      expect(step('secret')).toMatchObject({ verdict: 'good', text: 'the secret is right' });
    });

    it('warns of a wrong secret where the server lets the app in all the same', async () => {
      const server = await liveServer();
      server.setApp('shop', { secret: 'right' });
      const { ok, step, stdout } = await check(shop(server, { STARDUST_SECRET: 'wrong' }));
      expect(ok).toBe(true);
      expect(step('secret')).toMatchObject({
        verdict: 'warning',
        fix: 'Set STARDUST_SECRET to the secret that the console shows for shop.',
      });
      expect(stdout).not.toMatch(/"right"|wrong"/);
    });

    it('says that a login is refused, for a wrong secret or an app that is switched off', async () => {
      const strict = await serverWith({ autoRegister: false });
      strict.setApp('shop', { secret: 'right' });
      const lax = await liveServer();
      lax.setApp('shop', { enabled: false });
      for (const server of [strict, lax]) {
        const { bad } = await check(shop(server, { STARDUST_SECRET: 'wrong' }));
        expect(bad).toMatchObject([
          {
            step: 'login',
            text: 'The server refuses the login: 403 禁止登录',
            fix: expect.stringMatching(
              /^Is the app switched on, on the console\? Is STARDUST_SECRET its secret\?/,
            ),
          },
        ]);
      }
    });

    it('says that an app is being switched off', async () => {
      const server = await liveServer();
      server.fault({
        kind: 'answer',
        path: '/App/Login',
        body: '{"code":0,"data":{"token":null,"expire":0}}',
      });
      const { bad } = await check(shop(server));
      expect(bad).toMatchObject([{ step: 'login', text: expect.stringContaining('switched off') }]);
    });

    it.each([
      [20, 'behind'],
      [-20, 'ahead of'],
    ])('tells a clock that is %d minutes off from a wrong secret', async (minutes, way) => {
      const server = await serverWith({ clockOffsetMillis: minutes * 60_000 });
      server.setApp('shop', { secret: 'right' });
      const { bad, step } = await check(shop(server, { STARDUST_SECRET: 'right' }));
      expect(bad).toMatchObject([
        {
          step: 'clock',
          text: `The clock of this machine is 20 minutes ${way} the server's.`,
          fix: expect.stringMatching(/^Set the clock, by NTP/),
        },
      ]);
      expect(step('secret')).toMatchObject({
        verdict: 'note',
        text: expect.stringContaining('the secret is right'),
      });
    });

    it('only warns of a clock that is off where no secret depends on it', async () => {
      const { ok, step } = await check(shop(await serverWith({ clockOffsetMillis: 1_200_000 })));
      expect(ok).toBe(true);
      expect(step('clock')).toMatchObject({
        verdict: 'warning',
        fix: expect.stringMatching(/^Set the clock/),
      });
      expect(Math.abs(Number(step('clock')?.details?.offsetMillis) - 1_200_000)).toBeLessThan(30_000);
    });
  });

  describe('of ping and report', () => {
    it('says that a ping is refused', async () => {
      const server = await liveServer();
      server.fault({ kind: 'code', path: '/App/Ping', code: 500, message: 'no room' });
      const { bad, step } = await check(shop(server));
      expect(bad).toMatchObject([
        { step: 'ping', text: expect.stringContaining('500 no room'), fix: expect.stringContaining('log') },
      ]);
      expect(step('report')?.verdict).toBe('good');
    });

    it('says that the tracing of the app is switched off', async () => {
      const server = await liveServer();
      server.setApp('shop', { tracing: false });
      const { bad } = await check(shop(server));
      expect(bad).toMatchObject([{ step: 'report', fix: 'Switch the tracing of shop on, on the console.' }]);
    });

    it('warns where the server excludes every name', async () => {
      const { ok, step } = await check(shop(await serverWith({ limits: { excludes: ['/health', '*'] } })));
      expect(ok).toBe(true);
      expect(step('excludes')).toMatchObject({
        verdict: 'warning',
        fix: expect.stringContaining('Take the entry * off'),
      });
    });
  });
});
