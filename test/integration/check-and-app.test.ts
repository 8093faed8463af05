import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkEnvironment } from '../../src/cli/environment/check-environment.ts';
import type { Finding } from '../../src/cli/finding.ts';
import { logLines, processorFor, until } from '../support/harness.ts';

/** A server that answers a login with this, takes all else, and tells this time with each answer. */
async function oddServer(login: object, serverTime?: number): Promise<{ readonly url: string }> {
  const server = createServer((request, response) => {
    const isLogin = request.url?.startsWith('/App/Login');
    const good = { code: 0, data: { period: 60, maxSamples: 1, maxErrors: 10, serverTime } };
    request.resume().on('end', () => response.end(JSON.stringify(isLogin ? login : good)));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function checked(server: { readonly url: string }): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of checkEnvironment(
    { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'shop' },
    tmpdir(),
  )) {
    findings.push(finding);
  }
  return findings;
}

/** What an app thinks of the server after its first calls. */
async function judged(server: { readonly url: string }) {
  const lines = logLines();
  const processor = processorFor(server, { appId: 'shop' });
  await until(() => !['new', 'inactive'].includes(processor.stats().session));
  await processor.forceFlush();
  return { session: processor.stats().session, lines };
}

const textsOf = (findings: readonly Finding[], step: string) =>
  findings.filter((finding) => finding.step === step).map(({ text }) => text);

describe('check and the app judge alike', () => {
  it.each([
    ['a refused login', { code: 403, message: '禁止登录' }, '403 禁止登录'],
    ['a login without a token', { code: 0, data: { token: null } }, '403 the app is switched off'],
  ])('%s', async (_, login, reason) => {
    const server = await oddServer(login);
    const { session, lines } = await judged(server);
    expect(session).toBe('refused');
    expect(lines).toContain(`warn ${server.url} refuses the login of shop: ${reason}`);
    expect(textsOf(await checked(server), 'login')).toEqual([`The server refuses the login: ${reason}`]);
  });

  it('a time of the server in seconds, which is ignored', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const login = { code: 0, data: { token: 'a.b.c', serverTime: seconds } };
    const server = await oddServer(login, seconds);
    const { session, lines } = await judged(server);
    expect(session).toBe('loggedIn');
    expect(lines.filter((line) => line.includes('clock'))).toEqual([]);
    const findings = await checked(server);
    expect(textsOf(findings, 'clock')).toEqual([
      `the server's time cannot be right (${seconds}), and is ignored`,
    ]);
    expect(textsOf(findings, 'report')).toEqual(['the server takes an empty report']);
  });

  it('a clock that is twenty minutes ahead, which is followed', async () => {
    const ahead = () => Date.now() + 1_200_000;
    const server = await oddServer({ code: 0, data: { token: 'a.b.c', serverTime: ahead() } }, ahead());
    const [finding] = (await checked(server)).filter(({ step }) => step === 'clock');
    expect(finding?.text).toBe("The clock of this machine is 20 minutes behind the server's.");
  });
});
