import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { DevServer } from '../../src/dev/index.ts';
import { orElse } from '../../src/runtime/or-else.ts';
import { type Containers, containers, missingForContainers } from '../support/package/containers.ts';
import { lockFile, nodeOf, packed, temporaryFolder } from '../support/package/npm.ts';
import { missingForSystemd, systemdRoot } from '../support/package/systemd-root.ts';
import { REPO } from '../support/processes/built.ts';
import { closedPort, liveServer } from '../support/processes/servers.ts';

/** The image of docs/deployment.md, built and run by podman as its compose file and its Deployment set it up. */

const page = readFileSync(join(REPO, 'docs/deployment.md'), 'utf8');
const block = (start: string) => new RegExp(`^\`\`\`\\w+\n(${start}.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';
const { shop } = (parse(block('services:')) as { readonly services: { readonly shop: Service } }).services;
const deployment = block('apiVersion: apps/v1');
const { spec } = parse(deployment) as Deployment;
const [inPod] = spec?.template.spec?.containers ?? [];

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
}

/** How a container differs from that of the compose file. */
interface Difference {
  readonly options?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
}

const APP = `
  import { createServer } from 'node:http';
  const server = createServer((_, response) => response.end('ok'));
  server.listen(process.env.PORT, '127.0.0.1', () => console.log('up at', server.address().port));`;
const OTEL = {
  '@opentelemetry/api': '1.9',
  '@opentelemetry/sdk-node': '0.223',
  '@opentelemetry/auto-instrumentations-node': '0.81',
};
const { SIGKILL, SIGTERM } = constants.signals;

const missing = missingForContainers();
const title = missing === undefined ? 'a container' : `a container (skipped, since this needs ${missing})`;

describe.skipIf(missing !== undefined)(title, { timeout: 60_000 }, () => {
  let engine: Containers;
  const podman = (...args: readonly string[]) => engine.podman(...args);
  afterAll(() => engine?.remove(), 60_000);

  beforeAll(async () => {
    engine = containers();
    await engine.baseImage(/^FROM (\S+)/.exec(block('FROM'))?.[1] ?? '', await nodeOf('24'));
    const { tarball } = await packed();
    const registry = createServer((_, response) => response.end(readFileSync(tarball))).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => registry.once('listening', resolve));
    const ours = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/ours.tgz`;
    const folder = temporaryFolder();
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    const dependencies = { ...OTEL, 'opentelemetry-stardust': ours };
    write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }));
    write('app.js', APP);
    write('Dockerfile', block('FROM'));
    await lockFile(folder);
    await podman('build', '--layers=false', '--tag', 'shop', folder);
    registry.close();
  }, 300_000);

  /** Resolves with its port once the app says so in what this command of podman prints. */
  async function listening(...command: readonly string[]): Promise<string> {
    for (;;) {
      const [, port] = /^up at (\d+)$/m.exec(await podman(...command)) ?? [];
      if (port !== undefined) return port;
      await delay(100);
    }
  }

  async function ask(port: string, requests: number): Promise<void> {
    for (let n = 0; n < requests; n++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  }

  /** Starts the app; resolves once it listens. */
  async function start(
    server: { readonly url: string },
    { options = [], volumes = shop.volumes, command = [] }: Difference = {},
  ) {
    const env = { ...shop.environment, STARDUST_SERVER: server.url, STARDUST_SECRET: '' };
    const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
    const mounts = volumes.map((volume) => `--volume=${volume}`);
    const id = await podman('run', '--detach', ...variables, ...mounts, ...options, 'shop', ...command);
    onTestFinished(async () => void (await podman('rm', '--force', id)));
    const port = await listening('logs', id);
    return {
      id,
      serve: (requests: number) => ask(port, requests),
      /** @returns the exit status. */
      stop: async () => {
        await podman('stop', id);
        return Number(await podman('inspect', '--format={{.State.ExitCode}}', id));
      },
    };
  }

  /**
   * The Deployment of the docs word for word, but for the image and the server, as `podman kube play` runs it: with the
   * secret that it names, and with its mounted folder as Kubernetes makes it, which podman leaves to root alone.
   */
  async function play(server: { readonly url: string }, secret: string) {
    const file = join(temporaryFolder(), 'deployment.yaml');
    const ours = deployment
      .replace(/(image:) .*/, '$1 localhost/shop:latest')
      .replace(/http:\/\/stardust:6600/, server.url);
    writeFileSync(file, ours);
    const [volume = ''] = spec?.template.spec?.volumes?.map(({ name }) => name) ?? [];
    await podman('volume', 'prune', '--force');
    await podman('volume', 'create', volume);
    const folder = await podman('volume', 'inspect', '--format={{.Mountpoint}}', volume);
    chownSync(folder, 0, spec?.template.spec?.securityContext?.fsGroup ?? 0);
    chmodSync(folder, 0o2775);
    const data = join(temporaryFolder(), 'secret.json');
    writeFileSync(data, JSON.stringify({ secret: Buffer.from(secret).toString('base64') }));
    await podman('secret', 'create', 'stardust', data);
    onTestFinished(async () => void (await podman('secret', 'rm', 'stardust')));
    await podman('kube', 'play', '--network=host', file);
    onTestFinished(async () => void (await podman('kube', 'down', file)));
    const pods = (await podman('pod', 'ls', '--format={{.Name}}')).split('\n').sort();
    return {
      pods,
      serve: async (pod: string, requests: number) => ask(await listening('logs', `${pod}-shop`), requests),
      /** As Kubernetes does it: by SIGTERM, and then a while to end. Podman's `kube down` kills. */
      stop: async () => void (await podman('pod', 'stop', ...pods)),
    };
  }

  const counted = (server: DevServer) =>
    server.app('shop')?.names.reduce((sum, { total }) => sum + total, 0) ?? 0;

  it('sends its last counts when it is stopped, and ends by the signal', async () => {
    const server = await liveServer();
    const app = await start(server);
    await app.serve(20);
    expect(await app.stop()).toBe(128 + SIGTERM);
    expect(counted(server)).toBe(20);
  });

  it('sends its last counts as process 1 too, at each signal, before it is killed', async () => {
    const server = await liveServer();
    const app = await start(server, {
      options: ['--entrypoint=["node"]', '--stop-timeout=3'],
      command: ['--import', 'opentelemetry-stardust/register', 'app.js'],
    });
    await app.serve(5);
    await podman('kill', '--signal=TERM', app.id);
    await server.waitFor(() => counted(server) === 5);
    await app.serve(4);
    expect(await app.stop()).toBe(128 + SIGKILL);
    expect(counted(server)).toBe(9);
  });

  it('leaves what could not be delivered in the volume, for the next container', async () => {
    const cut = await start(await closedPort());
    await cut.serve(7);
    await cut.stop();
    const server = await liveServer();
    await start(server);
    await server.waitFor(() => counted(server) === 7, 20_000);
  });

  it('does so too in a folder that Kubernetes mounts, which belongs to root and to the group of the pod', async () => {
    const folder = inPod?.env?.find(({ name }) => name === 'STARDUST_BACKLOG_DIR')?.value;
    const mounted = temporaryFolder();
    chownSync(mounted, 0, 1_000);
    chmodSync(mounted, 0o2770);
    const pod: Difference = {
      options: [`--env=STARDUST_BACKLOG_DIR=${folder}`],
      volumes: [`${mounted}:${inPod?.volumeMounts?.[0]?.mountPath}`],
    };
    const cut = await start(await closedPort(), pod);
    await cut.serve(3);
    await cut.stop();
    const server = await liveServer();
    await start(server, pod);
    await server.waitFor(() => counted(server) === 3, 20_000);
  });

  it('runs as the Deployment of the docs: each pod logs in by its name, and sends its last counts when it is stopped', async () => {
    const server = await liveServer();
    const { pods, serve, stop } = await play(server, 'hunter22');
    expect(pods).toHaveLength(spec?.replicas ?? 0);
    for (const [index, pod] of pods.entries()) await serve(pod, 5 + index);
    await stop();
    expect(counted(server)).toBe(18);
    const logins = server.requests().filter(({ path }) => path.startsWith('/App/Login'));
    const bodies = logins.map(({ body }) => body as { readonly ClientId: string; readonly Secret: string });
    expect(bodies.map(({ ClientId }) => ClientId).sort()).toEqual(pods);
    for (const { Secret } of bodies) expect(Secret).toMatch(/^\$md5\$/);
  });

  const noSystemd = missingForSystemd();
  it.skipIf(noSystemd !== undefined)(
    'runs by systemd as the unit of the docs, and sends its last counts when systemd stops it',
    async () => {
      const server = await liveServer();
      const root = systemdRoot(temporaryFolder(), {
        'etc/systemd/system/shop.service': block('\\[Unit]').replace('http://stardust:6600', server.url),
        'etc/shop/secret.env': 'STARDUST_SECRET=hunter22\n',
      });
      const app = `${await podman('image', 'mount', 'shop')}/app`;
      const mounts = ['--volume=/usr:/usr:ro', `--volume=${app}:/opt/shop:ro`, '--rootfs', root];
      const id = await podman('run', '--detach', '--systemd=always', ...mounts, '/lib/systemd/systemd');
      onTestFinished(async () => void (await podman('rm', '--force', '--time=0', id)));
      const inside = (...command: readonly string[]) => podman('exec', id, ...command);
      while ((await orElse(inside('systemctl', 'is-system-running'), '')) !== 'running') await delay(100);
      await inside('systemctl', 'start', 'shop');
      await ask(await listening('exec', id, 'journalctl', '--unit=shop', '--output=cat'), 6);
      await inside('systemctl', 'stop', 'shop');
      expect(counted(server)).toBe(6);
      expect(await inside('systemctl', 'show', 'shop', '--property=Result', '--value')).toBe('success');
      const login = server.requests().find(({ path }) => path.startsWith('/App/Login'))?.body;
      expect(login).toMatchObject({ Secret: expect.stringMatching(/^\$md5\$/) });
    },
  );

  it('is one instance, also while another Node in it checks its health', async () => {
    const server = await liveServer();
    const { id } = await start(server);
    await server.waitFor(() => server.app('shop')?.logins === 1, 20_000);
    await podman('exec', id, 'node', '--eval', '""');
    expect(server.app('shop')?.logins).toBe(1);
  });
});
