import { get } from 'node:http';
import { expect } from 'vitest';
import { type ReceivedApp, startDevServer } from '../../../src/dev/index.ts';
import { type Ended, startNode } from './child.ts';

/** How one of test/matrix/apps is started, and how it is to end. */
export interface AppRun {
  readonly folder: string;
  readonly node?: string;
  /** What `node` and its flags come after, where Node is started by another program. */
  readonly launcher?: readonly string[];
  readonly preload: '--import' | '--require';
  /** Further flags before the program. */
  readonly loader?: readonly string[];
  readonly program: string;
  /** One of those in test/matrix/apps/ending.cjs. */
  readonly ending: 'signal' | 'natural' | 'graceful' | 'exit';
  readonly signal?: NodeJS.Signals;
  readonly env?: Readonly<Record<string, string>>;
}

export interface AppEnd {
  readonly ended: Ended;
  readonly received: ReceivedApp | undefined;
}

/** Requests to each route; one to `/calls` makes two calls of `/users/7`. */
const MADE = { users: 6, fail: 2, calls: 2 };

/** Runs an app under register, makes requests, and has it end. */
export async function runApp({
  folder,
  launcher = [],
  preload,
  loader = [],
  program,
  ending,
  signal,
  ...more
}: AppRun): Promise<AppEnd> {
  const server = await startDevServer({ port: 0 });
  try {
    const child = startNode(
      [...launcher, preload, 'opentelemetry-stardust/register', ...loader, program, ending],
      {
        cwd: folder,
        env: { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'app', ...more.env },
        ...(more.node === undefined ? {} : { node: more.node }),
      },
    );
    await child.said('listening on ');
    await makeRequests(Number(/listening on (\d+)/.exec(child.stdout)?.[1]));
    if (signal === undefined) child.letGo();
    else await child.signal(signal);
    return { ended: await child.ended, received: server.app('app') };
  } finally {
    await server.close();
  }
}

/**
 * Every request is there, once; calls of others too; and nothing else.
 *
 * @param routed Whether the instrumentations see Express: without them a request counts under its path.
 */
export function expectAllCounted(received: ReceivedApp | undefined, { routed = true } = {}): void {
  const rows = received?.names.filter(({ total }) => total > 0) ?? [];
  const counts = rows.map(({ name, total, errors }) => [
    name.replace(/127\.0\.0\.1:\d+/, 'app'),
    `${total}, ${errors} errors`,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    [routed ? '/users/:id' : '/users/*']: `${MADE.users + MADE.calls * 2}, 0 errors`,
    '/fail': `${MADE.fail}, ${MADE.fail} errors`,
    '/calls': `${MADE.calls}, 0 errors`,
    'http://app/users/*': `${MADE.calls * 2}, 0 errors`,
    ...(routed && { 'ex:Error': `${MADE.fail}, 0 errors` }),
  });
}

/** Nothing but lines of ours: no warning of Node, of the hook or of OpenTelemetry. */
export function expectQuiet({ stdout, stderr }: Ended): void {
  expect(stdout).toMatch(/^listening on \d+\n$/);
  const others = stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('opentelemetry-stardust '));
  expect(others, others.join('\n')).toEqual([]);
}

async function makeRequests(port: number): Promise<void> {
  for (let i = 0; i < MADE.users; i++) await request(port, `/users/${i}`);
  for (let i = 0; i < MADE.fail; i++) await request(port, '/fail');
  for (let i = 0; i < MADE.calls; i++) await request(port, '/calls');
}

function request(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}
