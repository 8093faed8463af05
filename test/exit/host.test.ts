import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev/index.ts';
import { nodeOf } from '../support/package/npm.ts';
import { built, REPO } from '../support/processes/built.ts';

/** A service of Express under the conditions of hosts: it answers and ends as it does without us. */

beforeAll(() => built(), 90_000);

interface Condition {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The version of Node, if it is another one than this. */
  readonly node?: string;
  /** Shell that makes the condition, before Node takes the shell's place. */
  readonly shell?: string;
  /** Whether all is asked on one connection. */
  readonly oneConnection?: boolean;
  /** Whether the server closes its connections now and then. */
  readonly serverCuts?: boolean;
  /** Whether the counts arrive; elsewhere they wait. */
  readonly arrives: boolean;
}

const refused = (call: string, arrives = true): [string, Condition] => [
  `${call} is refused`,
  { env: { REFUSED: call, WITH_SECRET: call === 'MD5' ? 'hunter2' : '' }, arrives },
];
/** Before the set-up, and after Express and OpenTelemetry are loaded. */
const damaged = (what: string, arrives = true, more: Partial<Condition> = {}): [string, Condition] => [
  what,
  { ...more, env: { DAMAGED: what, ...more.env }, arrives },
];
/** Without Express, which does not work then. */
const damagedPlain = (what: string, arrives: boolean) => damaged(what, arrives, { env: { PLAIN: 'yes' } });
/** Once the service answers, which it does as its author wrote it. */
const damagedLater = (what: string, arrives: boolean): [string, Condition] => [
  `${what}, later`,
  { env: { REFUSED: what, PLAIN: 'yes' }, arrives },
];
const damagedOnceConnected = (what: string, arrives: boolean): [string, Condition] => [
  `${what}, once connected`,
  { env: { REFUSED_ONCE_CONNECTED: what, PLAIN: 'yes' }, arrives },
];
/** But for the connection on which the service is asked. */
const usedUp = (when: 'start' | 'ping and report'): [string, Condition] => [
  `descriptors used up at the ${when}`,
  { shell: 'ulimit -n 120;', env: { USED_UP: when }, oneConnection: true, arrives: true },
];
const flag = (...flags: string[]): [string, Condition] => [flags.join(' '), { flags, arrives: true }];

const CONDITIONS: [name: string, condition: Condition][] = [
  ['nothing unusual', { arrives: true }],
  refused('os.networkInterfaces'),
  refused('os.hostname'),
  refused('process.cpuUsage'),
  refused('process.memoryUsage.rss'),
  refused('process.getActiveResourcesInfo'),
  refused('v8.getHeapStatistics'),
  refused('fs.statSync'),
  refused('MD5', false),
  refused('zlib.gzip'),
  refused('dns.lookup'),
  refused('process.cwd'),
  refused('crypto.randomBytes'),
  damaged('no structuredClone'),
  damaged('no AbortController'),
  ...['WeakRef', 'queueMicrotask', 'WebAssembly'].map((name) => damaged(`no ${name}`, false)),
  ...['server', 'secret', 'root', 'toJSON'].map((name) => damaged(`Object.prototype.${name}`)),
  damaged('Object.prototype.then', false),
  damaged('Array.prototype frozen'),
  damaged('Error.prototype frozen', false),
  damaged('Error.prepareStackTrace throws', true, { serverCuts: true }),
  ...['prototype.catch', 'prototype.finally', 'race'].map((name) => damaged(`Promise.${name} throws`)),
  ...['prototype.then', 'all'].map((name) => damaged(`Promise.${name} throws`, false)),
  damaged('process.pid is hidden'),
  damaged('variables of STARDUST_PERIOD are refused'),
  ...['URL', 'setTimeout', 'clearTimeout', 'setImmediate', 'FinalizationRegistry'].map((name) =>
    damagedPlain(`no ${name}`, false),
  ),
  damagedPlain('setTimeout gives numbers', false),
  damagedPlain('globalThis frozen', false),
  ...['JSON.stringify', 'Math.floor'].map((name) => damagedPlain(`${name} throws`, false)),
  ...['Set.prototype.add', 'Symbol.for'].map((name) => damagedLater(`${name} throws`, false)),
  damagedLater('no Symbol', false),
  damagedOnceConnected('Error.prototype frozen', false),
  damagedOnceConnected('Socket.prototype.unref throws', true),
  usedUp('start'),
  usedUp('ping and report'),
  ['--jitless', { flags: ['--jitless'], arrives: false }],
  // Express itself does not load with frozen intrinsics.
  [
    '--frozen-intrinsics, without Express',
    { flags: ['--frozen-intrinsics'], env: { PLAIN: 'yes' }, arrives: true },
  ],
  flag('--disallow-code-generation-from-strings'),
  flag('--disable-proto=throw'),
  flag('--max-old-space-size=64'),
  flag('--max-http-header-size=100'),
  ['--permission, reading files only', { flags: permission(), arrives: true }],
  [
    'ulimit -v 2097152',
    { shell: 'ulimit -v 2097152;', arrives: Number.parseInt(process.versions.node, 10) >= 24 },
  ],
  ['ulimit -v 2097152, Node 22', { node: '22', shell: 'ulimit -v 2097152;', arrives: false }],
  ['ulimit -v 2097152, Node 24', { node: '24', shell: 'ulimit -v 2097152;', arrives: true }],
  [
    'a backlog on disk where no folder can be made',
    { env: { STARDUST_BACKLOG_DIR: '/proc/self/backlog' }, arrives: true },
  ],
  ['IPv6 only', { env: { NODE_OPTIONS: '--dns-result-order=ipv6first' }, arrives: true }],
  ['a closed standard error stream', { shell: 'exec 2>&-;', arrives: true }],
  [
    'a full pipe for the standard error stream',
    { shell: 'exec 2> >(sleep 50 > /dev/null 2>&1); head -c 65536 /dev/zero >&2;', arrives: true },
  ],
];

/** Conditions that only the superuser of a machine makes, in a namespace of the process's own. */
const OF_ROOT: [name: string, condition: Condition][] = [
  ['a pid of 1', { shell: 'exec unshare --pid --fork --kill-child "$0" "$@";', arrives: true }],
  [
    'a read-only file system, with a backlog on disk',
    {
      shell: within('mount --options remount,ro,bind /'),
      env: { STARDUST_BACKLOG_DIR: '/var/stardust' },
      arrives: true,
    },
  ],
  ['no /proc', { shell: within('mount --types tmpfs none /proc'), arrives: true }],
  ['no DNS', { shell: within('mount --bind /dev/null /etc/resolv.conf'), arrives: true }],
];
const isRoot = spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'true']).status === 0;

function within(mount: string): string {
  return `exec unshare --mount bash -c '${mount} && exec "$0" "$@"' "$0" "$@";`;
}

function permission(): string[] {
  const major = Number.parseInt(process.versions.node, 10);
  return [major >= 23 ? '--permission' : '--experimental-permission', '--allow-fs-read=*'];
}

describe.skipIf(process.platform !== 'linux').concurrent('a service of Express', { timeout: 60_000 }, () => {
  it.each([...CONDITIONS, ...(isRoot ? OF_ROOT : [])])(
    'answers and ends as without us: %s',
    async (_, condition) => {
      const server = await startDevServer({ port: 0, limits: { period: 1 } });
      if (condition.serverCuts) server.fault({ path: '/App/Ping', kind: 'cut', counted: false, times: 1 });
      const { url } = server;
      const settled = condition.arrives
        ? server.waitFor(() => hasCounts(server) && (server.app('host')?.pings ?? 0) > 0, 30_000)
        : delay(4_000);
      const [bare, ours] = await Promise.all([
        bareOutcome(condition),
        outcome(condition, { STARDUST_SERVER: url, STARDUST_APP_ID: 'host' }, settled),
      ]);
      await server.close();
      expect(ours).toEqual(bare);
      expect(ours.answers).toEqual(['200 user 7']);
    },
  );
});

const bareOutcomes = new Map<string, Promise<Outcome>>();

/** Only our set-up does a damage: without us the service is the same process under many conditions, and run once for all. */
function bareOutcome(condition: Condition): Promise<Outcome> {
  const { flags, node, shell, oneConnection, env } = condition;
  const key = JSON.stringify([flags, node, shell, oneConnection, { ...env, DAMAGED: undefined }]);
  const found = bareOutcomes.get(key) ?? outcome(condition, {}, delay(0));
  bareOutcomes.set(key, found);
  return found;
}

it('Express itself does not load with frozen intrinsics, with us or without', async () => {
  const load = (env: Readonly<Record<string, string>>) =>
    spawnSync(process.execPath, ['--frozen-intrinsics', 'service.cjs'], {
      cwd: join(REPO, 'test/exit/fixtures'),
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...env },
    });
  const [bare, ours] = [load({}), load({ STARDUST_SERVER: 'http://127.0.0.1:9', STARDUST_APP_ID: 'host' })];
  expect([ours.status, ours.signal, ours.stdout]).toEqual([bare.status, bare.signal, bare.stdout]);
  expect([bare.status, bare.stdout]).toEqual([1, '']);
  for (const { stderr } of [bare, ours]) expect(stderr).toMatch(/node_modules\/depd\/index\.js/);
}, 60_000);

describe
  .skipIf(process.platform !== 'linux')
  .concurrent('a process without descriptors', { timeout: 60_000 }, () => {
    it.each(['start', 'report'])(
      'delivers its counts once they are free, and ends by itself: at the %s',
      async (when) => {
        const server = await startDevServer({ port: 0, limits: { period: 1 } });
        const { ended } = withoutDescriptors(when, server.url);
        expect(await ended).toEqual(['done\n', '', 0, null]);
        const totals = totalsOf(server);
        await server.close();
        expect(totals).toEqual([['job', 40]]);
      },
    );

    it('pings without what takes a descriptor to read, and goes on: at a ping', async () => {
      const server = await startDevServer({ port: 0, limits: { period: 1 } });
      server.setApp('exit', { pingPeriod: 1 });
      const { child, ended } = withoutDescriptors('ping', server.url);
      await once(child.stdout, 'data');
      const before = server.app('exit')?.pings ?? 0;
      // The first of these may have been made before the descriptors were used up.
      await server.waitFor(() => (server.app('exit')?.pings ?? 0) > before + 1, 30_000);
      const ping = server.app('exit')?.lastPing;
      child.kill('SIGUSR2');
      expect(await ended).toEqual(['used up\ndone\n', '', 0, null]);
      const totals = totalsOf(server);
      await server.close();
      expect(ping).toMatchObject({ Name: 'exit', HeapSize: expect.any(Number) });
      for (const figure of ['WorkingSet', 'Threads']) expect(ping).not.toHaveProperty(figure);
      expect(totals).toEqual([['job', 40]]);
    });
  });

/** Runs `descriptors.cjs`; how it ended is what it printed, and its exit code and signal. */
function withoutDescriptors(when: string, url: string) {
  const child = spawn('bash', ['-c', `ulimit -n 120; exec "$0" descriptors.cjs ${when}`, process.execPath], {
    cwd: join(REPO, 'test/exit/fixtures'),
    env: { PATH: process.env.PATH, STARDUST_SERVER: url, STARDUST_APP_ID: 'exit' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  const ended = Promise.all([text(child.stdout), text(child.stderr), closed]).then(
    ([stdout, stderr, how]) => [stdout, stderr, ...how],
  );
  return { child, ended };
}

function totalsOf(server: DevServer) {
  return server.app('exit')?.names.map(({ name, total }) => [name, total]);
}

it.skipIf(process.platform !== 'linux')(
  'a script ends while nobody reads what it logs',
  async () => {
    const script = 'exec 2> >(exec sleep 50 > /dev/null 2>&1); head -c 65536 /dev/zero >&2; exec "$0" "$@"';
    const args = [process.execPath, '--require', join(REPO, 'dist/register.cjs'), '--eval', ''];
    const child = spawn('bash', ['-c', script, ...args], {
      env: { PATH: process.env.PATH },
      stdio: 'ignore',
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
  30_000,
);

describe.skipIf(!isRoot)('a machine with IPv6 only', { timeout: 60_000 }, () => {
  it('has a service of Express answer and end as without us, and its counts delivered', () => {
    const only6 = 'ip link set lo up; ip -4 address flush dev lo; exec "$0" ipv6-only.mjs';
    const { stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', only6, process.execPath], {
      cwd: join(REPO, 'test/exit/fixtures'),
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      timeout: 50_000,
    });
    expect(stderr).toBe('');
    const { hasIpv4, bare, ours } = JSON.parse(stdout) as Record<string, unknown>;
    expect(hasIpv4).toBe(false);
    expect(ours).toEqual(bare);
    expect(ours).toEqual({ answers: ['200 user 7'], ended: [0, null] });
  });
});

function hasCounts(server: DevServer): boolean {
  return server.app('host')?.names.some(({ name, total }) => name === 'GET /users/:id' && total > 0) === true;
}

interface Outcome {
  readonly answers: readonly string[];
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
}

/** Starts the service, asks it 300 times at least and until it has settled, and ends it by SIGTERM. */
async function outcome(
  { flags = [], env = {}, shell = '', node, oneConnection = false }: Condition,
  more: Readonly<Record<string, string>>,
  settled: Promise<unknown>,
): Promise<Outcome> {
  const program = node === undefined ? process.execPath : await nodeOf(node);
  const child = spawn('bash', ['-c', `${shell} exec "$0" "$@"`, program, ...flags, 'service.cjs'], {
    cwd: join(REPO, 'test/exit/fixtures'),
    env: { PATH: process.env.PATH, ...env, ...more },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
      const [, number] = /port (\d+)\n/.exec(stdout) ?? [];
      if (number !== undefined) resolve(number);
    });
    void ended.then((how) => reject(new Error(`ended by ${how} before it served`)));
  });
  const answers = new Set<string>();
  const agent = oneConnection && new Agent({ keepAlive: true, maxSockets: 1 });
  let isSettled = false;
  const settles = settled.finally(() => {
    isSettled = true;
  });
  for (let asked = 0; asked < 300 || !isSettled; asked++) {
    answers.add(await ask(Number(port), agent));
    if (asked > 300) await delay(20);
  }
  await settles;
  process.kill(serviceOf(child.pid as number), 'SIGTERM');
  const [code, signal] = await ended;
  return { answers: [...answers], code, signal, stdout: stdout.replace(port, '') };
}

/** The process itself, or the one that it has started and waits for. */
function serviceOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const runs = (child: number) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('service.cjs');
  return children.find((child) => child > 0 && runs(child)) ?? pid;
}

/** Without an agent on a connection of its own, so that none is closed below a request. */
async function ask(port: number, agent: Agent | false): Promise<string> {
  const [response] = (await once(get({ port, path: '/users/7', agent }), 'response')) as [IncomingMessage];
  return `${response.statusCode} ${await text(response)}`;
}
