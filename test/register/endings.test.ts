import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built } from '../support/processes/built.ts';
import { type Child, type Ended, startNode } from '../support/processes/child.ts';
import { liveServer, silentServer } from '../support/processes/servers.ts';

/** The time-out of a shutdown, and what a busy machine may add to it. */
const AT_MOST_MS = 2_000 + 2_500;
/** Where it is told what a server receives: a busy machine may take longer than the 2 s of the default. */
const UNHURRIED = { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '20000' };
const FIXTURES = join(import.meta.dirname, 'fixtures');

beforeAll(() => built(), 90_000);

describe.concurrent('a program under register ends as it would without', { timeout: 60_000 }, () => {
  it.each([
    ['natural', 20],
    ['exitCode', 20],
    ['beforeExitOnce', 20],
    ['beforeExitGoesOn', 35],
    ['beforeExitExits', 20],
    ['exits', 20],
    ['exitsLater', 32],
    ['exitsInShutdown', 20],
    ['uncaught', 20],
    ['unhandled', 20],
    ['uncaughtHandled', 20],
    ['madeUpSignal', 20],
    ['replacesIteration', 20],
    ['asksForListeners', 20],
  ])('by itself, and its counts are delivered: %s', async (ending, total) => {
    const server = await liveServer();
    const [plain, registered] = await both(ending, server.url);
    expectAlike(registered, plain);
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total }]);
  });

  it.each(['replacesIterationSoon', 'replacesIterationAndExits'])(
    'with what iterates an array replaced before its counts are delivered: %s',
    async (ending) => {
      const server = await liveServer();
      // Node itself iterates an array when it tells of a garbage collection, and ends there.
      const [plain, registered] = await both(ending, server.url, [], undefined, {
        STARDUST_PROCESS_INFO: 'false',
      });
      expectAlike(registered, plain);
      expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total: 20 }]);
    },
  );

  it('with a built-in replaced that the instrumentation of our HTTP client needs', async () => {
    const [plain, registered] = await both('replacesReplace', (await liveServer()).url);
    expectAlike(registered, plain);
  });

  it('by process.exit() with a report on its way, which goes again', async () => {
    const server = await liveServer();
    server.fault({ kind: 'hang', times: 1, when: ({ body }) => totalOf(body) > 0 });
    const children = startBoth('exitsWhileSending', server.url);
    await server.waitFor(() => server.requests().some(({ body }) => totalOf(body) > 0));
    for (const child of children) child.letGo();
    const [plain, registered] = await Promise.all([children[0].ended, children[1].ended]);
    expectAlike(registered, plain);
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total: 20 }]);
    expect(server.requests().filter(({ body }) => totalOf(body) > 0)).toHaveLength(2);
  });

  it('by process.exit(), with the first of two servers away: the other has the counts', async () => {
    const [away, server] = [await silentServer(), await liveServer()];
    const program = startNode(
      ['--import', 'opentelemetry-stardust/register', 'endings.cjs', 'countsAndExits'],
      {
        cwd: FIXTURES,
        env: {
          STARDUST_SERVER: `${away.url},${server.url}`,
          STARDUST_APP_ID: 'endings',
          STARDUST_REQUEST_TIMEOUT_MILLIS: '1000',
          STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '1000',
        },
      },
    );
    await server.waitForName('endings', 'job', 20, 20_000);
    await program.signal('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 9 });
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total: 32 }]);
  });

  it('by process.exit(), and the end can be read on the console', async () => {
    const server = await liveServer();
    await both('exitsLater', server.url);
    const clients = server
      .requests()
      .map(({ body }) => (body as { ClientId?: string } | undefined)?.ClientId);
    expect(new Set(clients.filter((client) => client !== undefined)).size).toBe(1);
    expect(server.requests().at(-1)?.path).toContain('/App/Logout');
  });

  it('by itself, and each time that it may, what was counted since is delivered before it hears of it', async () => {
    const server = await liveServer();
    const env = { ...UNHURRIED, STARDUST_SERVER: server.url, STARDUST_APP_ID: 'endings' };
    const program = startNode(
      ['--import', 'opentelemetry-stardust/register', 'endings.cjs', 'beforeExitHolds'],
      {
        cwd: FIXTURES,
        env,
      },
    );
    await program.said('ready 2');
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total: 25 }]);
    program.letGo();
    expect(await program.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('ready 3') });
  });

  it('with an await at its top that never settles', async () => {
    const server = await liveServer();
    const [plain, registered] = await both('', server.url, [], 'unsettled.mjs');
    expectAlike(registered, plain);
    expect(registered.code).toBe(13);
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total: 1 }]);
  });

  it.each([
    ['bySignal', 'SIGTERM', 20],
    ['bySignal', 'SIGINT', 20],
    ['listening', 'SIGTERM', 20],
    ['ownListener', 'SIGTERM', 20],
    ['onceListener', 'SIGTERM', 20],
    ['firstOnceListener', 'SIGTERM', 20],
    ['laterListener', 'SIGTERM', 20],
    ['formerListener', 'SIGTERM', 20],
    ['signalListenersRemoved', 'SIGTERM', 20],
    ['signalListenersReplaced', 'SIGTERM', 20],
    ['raisesWhereAlone', 'SIGTERM', 20],
    ['gracefulExit', 'SIGTERM', 20],
    ['exitsInListener', 'SIGTERM', 20],
    ['exitsSoon', 'SIGTERM', 20],
    ['goesOnAfterSignal', 'SIGTERM', 35],
  ] as const)('by a signal, and its counts are delivered: %s, %s', async (ending, signal, total) => {
    const server = await liveServer();
    const [plain, registered] = await both(ending, server.url, [signal]);
    expectAlike(registered, plain);
    expect(server.app('endings')?.names).toMatchObject([{ name: 'job', total }]);
  });

  it('by a signal, with a built-in replaced by which we keep out of the lists of listeners', async () => {
    const url = (await silentServer()).url;
    const [plain, registered] = await both('onceListenerWithoutIncludes', url, ['SIGTERM']);
    expectAlike(registered, plain);
  });

  it('at once by a signal that nothing of ours can hear of any more', async () => {
    const [plain, registered] = await both('allListenersRemoved', (await silentServer()).url, ['SIGTERM']);
    expectAlike(registered, plain);
  });
});

describe('with a server that never answers, a program under register', { timeout: 60_000 }, () => {
  it.each([
    ['ends by itself', 'natural', []],
    ['ends by process.exit()', 'exits', []],
    ['ends by an error that nobody catches', 'uncaught', []],
    ['ends by a signal', 'bySignal', ['SIGTERM']],
    ['has its own listener called at once', 'ownListener', ['SIGTERM']],
  ] as const)('%s within the time-out', async (_, ending, signals) => {
    const [plain, registered] = await both(ending, (await silentServer()).url, signals, undefined, {});
    expectAlike(registered, plain);
    expect(registered.tookMs).toBeLessThan(AT_MOST_MS + (signals.length === 0 ? plain.tookMs + 2_000 : 0));
  });

  it('ends at the second of two signals', async () => {
    const env = { STARDUST_SHUTDOWN_TIMEOUT_MILLIS: '20000' };
    const [, registered] = await both(
      'bySignal',
      (await silentServer()).url,
      ['SIGINT', 'SIGINT'],
      undefined,
      env,
    );
    expect(registered).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(registered.tookMs).toBeLessThan(AT_MOST_MS);
  });
});

function totalOf(body: unknown): number {
  const { Builders = [] } = (body ?? {}) as { readonly Builders?: readonly { readonly Total: number }[] };
  return Builders.reduce((sum, { Total }) => sum + Total, 0);
}

/** The same program without register and with it. */
async function both(
  ending: string,
  url: string,
  signals: readonly NodeJS.Signals[] = [],
  program?: string,
  env?: Readonly<Record<string, string>>,
): Promise<[Ended, Ended]> {
  const [plain, registered] = startBoth(ending, url, program, env);
  return Promise.all([ended(plain, signals.slice(0, 1)), ended(registered, signals)]);
}

function startBoth(
  ending: string,
  url: string,
  program = 'endings.cjs',
  env: Readonly<Record<string, string>> = UNHURRIED,
): [plain: Child, registered: Child] {
  const options = { cwd: FIXTURES, lifetimeMs: 30_000 };
  const variables = { STARDUST_SERVER: url, STARDUST_APP_ID: 'endings', ...env };
  const plain = startNode([program, ending], options);
  const flags = ['--import', 'opentelemetry-stardust/register'];
  return [plain, startNode([...flags, program, ending], { ...options, env: variables })];
}

/** Sends the signals one after the other once the program is ready. */
async function ended(child: Child, signals: readonly NodeJS.Signals[]): Promise<Ended> {
  if (signals.length > 0) await child.said('ready');
  for (const signal of signals) await child.signal(signal);
  return child.ended;
}

function expectAlike(registered: Ended, plain: Ended): void {
  const { code, signal, stdout } = plain;
  expect(registered).toMatchObject({ code, signal, stdout });
  expect(own(registered.stderr)).toBe(own(plain.stderr));
}

/** What the program itself said; where a stack goes on to, the loader of modules, is not its own. */
function own(stderr: string): string {
  const lines = stderr.split('\n');
  return lines.filter((line) => !/^opentelemetry-stardust |^ {4}at |^Node\.js v|^$/.test(line)).join('\n');
}
