import { get } from 'node:http';
import { connect, createServer } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { built } from '../support/processes/built.ts';
import { check, runCommand, startCommand } from '../support/processes/command.ts';

beforeAll(() => built(), 90_000);

/** Far below the time-out of anything that might hold it. */
const AT_ONCE_MS = 3_000;

describe('dev', { timeout: 30_000 }, () => {
  it('starts a server that takes an app, and tells the two variables to set', async () => {
    const dev = startCommand(['dev', '--port', '0']);
    await dev.said('check');
    dev.kill('SIGTERM');
    const { code, stdout } = await dev.ended;
    const [, server] = /^ {2}export STARDUST_SERVER=(http:\/\/127\.0\.0\.1:\d+)$/m.exec(stdout) ?? [];
    expect(stdout).toMatch(/^ {2}export STARDUST_APP_ID=my-app$/m);
    expect(stdout).toContain(`listens on ${server}\n`);
    expect(code).toBe(0);
  });

  it('takes reports on the host and with the period that it is given', async () => {
    const dev = startCommand(['dev', '--port', '0', '--host', 'localhost', '--period', '7', '--json']);
    await dev.said('\n');
    const { url, port } = JSON.parse(dev.stdout) as { url: string; port: number };
    expect(url).toBe(`http://localhost:${port}`);
    const { ok, step } = await check({ STARDUST_SERVER: url, STARDUST_APP_ID: 'shop' });
    expect(ok).toBe(true);
    expect(step('limits')?.details).toMatchObject({ periodSeconds: 7 });
    dev.kill('SIGTERM');
    expect(await dev.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('shows its page, under further names where they are given', async () => {
    const dev = startCommand(['dev', '--port', '0', '--json', '--hosts', 'stardust, other']);
    await dev.said('\n');
    const { port } = JSON.parse(dev.stdout) as { port: number };
    const statusFor = (host: string) =>
      new Promise((resolve, reject) => {
        get({ port, headers: { host: `${host}:${port}` } }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        }).once('error', reject);
      });
    expect(await statusFor('127.0.0.1')).toBe(200);
    expect(await statusFor('stardust')).toBe(200);
    expect(await statusFor('stranger')).toBe(403);
    dev.kill('SIGTERM');
    expect(await dev.ended).toMatchObject({ code: 0 });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends at once and well by %s, with a connection open',
    async (signal) => {
      const dev = startCommand(['dev', '--port', '0', '--json']);
      await dev.said('\n');
      const { port } = JSON.parse(dev.stdout) as { port: number };
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      onTestFinished(() => void socket.destroy());
      await new Promise((resolve) => socket.once('connect', resolve));
      const started = performance.now();
      dev.kill(signal);
      expect(await dev.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(performance.now() - started).toBeLessThan(AT_ONCE_MS);
    },
  );

  it('says that its port is in use, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    expect(await runCommand(['dev', '--port', String(port)])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `Port ${port} of 127.0.0.1 is in use. Use another one: --port ${port === 65_535 ? 6_600 : port + 1}\n`,
    });
  });

  it('says that its host is not one of this machine', async () => {
    expect(await runCommand(['dev', '--host', '203.0.113.77', '--port', '0'])).toMatchObject({
      code: 1,
      stderr: '203.0.113.77 is not an address of this machine. Use one that is: --host 127.0.0.1\n',
    });
  });
});
