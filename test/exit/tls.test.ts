import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { built } from '../support/processes/built.ts';
import {
  AT_ONCE_MS,
  expectGoodEnd,
  letGoWhen,
  requested,
  SLACK_MS,
  starter,
} from '../support/processes/program.ts';
import { liveServer, silentServer } from '../support/processes/servers.ts';
import { tlsFront } from '../support/tls-front.ts';

beforeAll(() => built(), 90_000);

const authority = new Authority();
const forServer = authority.issue();

/** What leads to a server: its address as the program is told it, and the rest of the environment. */
interface Way {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

async function overTls(port: number): Promise<Way> {
  const { url } = await tlsFront(port, forServer);
  return { url, env: { STARDUST_CA: folder().write('ca.pem', authority.cert) } };
}

async function throughProxy(port: number): Promise<Way> {
  return { url: `http://127.0.0.1:${port}`, env: { HTTP_PROXY: (await httpProxy()).url } };
}

async function throughTunnel(port: number): Promise<Way> {
  const { url, env } = await overTls(port);
  return { url, env: { ...env, HTTPS_PROXY: (await httpProxy()).url } };
}

async function throughTlsTunnel(port: number): Promise<Way> {
  const { url, env } = await overTls(port);
  const proxy = await tlsFront(Number(new URL((await httpProxy()).url).port), forServer);
  // A proxy is checked against what Node trusts.
  return { url, env: { ...env, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: env.STARDUST_CA ?? '' } };
}

const start = starter('program.mjs');

describe('a program', { timeout: 30_000 }, () => {
  describe.each([
    ['over TLS', overTls],
    ['through a proxy', throughProxy],
    ['over TLS through a proxy', throughTunnel],
    ['over TLS through a proxy that speaks TLS', throughTlsTunnel],
  ])('%s', (_, wayTo) => {
    it('delivers and logs out when its last line awaits shutdown()', async () => {
      const server = await liveServer();
      const way = await wayTo(server.port);
      expectGoodEnd(await start(way, ['spans', 'shutdown'], way.env).ended);
      expect(server.app('exit')).toMatchObject({ names: [{ name: 'job', total: 20 }], logouts: 1 });
    });

    it('ends at once with an idle socket that was used before', async () => {
      const server = await liveServer();
      const way = await wayTo(server.port);
      const child = start(way, ['spans', 'forceFlush', 'hold'], way.env);
      expectGoodEnd(await letGoWhen(child.said('holding'), child), AT_ONCE_MS);
      expect(server.app('exit')?.names).toMatchObject([{ name: 'job', total: 20 }]);
    });

    it('ends at once with a report in flight, on a socket that was used before', async () => {
      const server = await liveServer();
      const way = await wayTo(server.port);
      server.fault({ kind: 'hang', path: '/Trace/' });
      const child = start(way, ['spans', 'hold'], way.env);
      expectGoodEnd(await letGoWhen(requested(server, '/Trace/'), child), AT_ONCE_MS);
    });

    it('awaits shutdown() no longer than its time-out with a report in flight', async () => {
      const server = await liveServer();
      const way = await wayTo(server.port);
      server.fault({ kind: 'hang', path: '/Trace/' });
      const env = { ...way.env, STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '500' };
      const child = start(way, ['spans', 'hold', 'shutdown'], env);
      expectGoodEnd(await letGoWhen(requested(server, '/Trace/'), child), 500 + SLACK_MS);
    });
  });

  describe.each([
    ['a server that never answers a handshake', 'https', undefined],
    ['a proxy that never answers a call', 'http', 'HTTP_PROXY'],
    ['a proxy that never answers CONNECT', 'https', 'HTTPS_PROXY'],
  ])('with %s', (_, scheme, variable) => {
    async function silence() {
      const silent = await silentServer();
      const url =
        variable === undefined ? silent.url.replace('http', scheme) : `${scheme}://stardust.example`;
      return {
        url,
        requested: silent.requested,
        env: variable === undefined ? {} : { [variable]: silent.url },
      };
    }

    it('ends at once', async () => {
      const server = await silence();
      const child = start(server, ['spans', 'hold'], server.env);
      expectGoodEnd(await letGoWhen(server.requested, child), AT_ONCE_MS);
    });

    it('awaits shutdown() no longer than its time-out', async () => {
      const server = await silence();
      const env = { ...server.env, STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '500' };
      const child = start(server, ['spans', 'hold', 'shutdown'], env);
      expectGoodEnd(await letGoWhen(server.requested, child), 500 + SLACK_MS);
    });
  });
});
