import { cpSync } from 'node:fs';
import { request } from 'node:http';
import { expect } from 'vitest';
import { type ReceivedApp, startDevServer } from '../../../src/dev/index.ts';
import { type App, appOf } from '../package/npm.ts';
import { type Child, type Ended, runNode, startNode } from '../processes/child.ts';
import type { Example, Request } from './example.ts';
import { freePort, isListening } from './ports.ts';
import { startRedis } from './redis.ts';

/** The packages of ours and of OpenTelemetry that an example names, which a run chooses itself. */
const CHOSEN = /^(?:opentelemetry-stardust|@opentelemetry\/(?:api|sdk-node|auto-instrumentations-node))$/;

/** The port that the examples take where none is set: names read as they do there. */
const PORT = 3000;

const READY_MS = 60_000;

/** So many that all spans of a run are kept as samples. */
const ALL = 1_000;

/** What came of a run. */
export interface ExampleRun {
  readonly ended: Ended;
  readonly received: ReceivedApp | undefined;
  /** Calls and errors of each name, addresses as on the example's usual port. */
  readonly counts: Readonly<Record<string, readonly [number, number]>>;
}

/** An app's folder with an example's files and packages, on that line of OpenTelemetry. */
export async function installExample(
  { folder: source, dependencies, overrides }: Example,
  node: string,
  line: Readonly<Record<string, string>>,
): Promise<App> {
  const own = Object.entries(dependencies).filter(([name]) => !CHOSEN.test(name));
  const app = await appOf(node, { ...Object.fromEntries(own), ...line }, overrides);
  cpSync(source, app.folder, { recursive: true });
  return app;
}

/** Builds an example, starts it, makes its requests and has it end. */
export async function runExample(
  { env, needs, build, start, requests = [] }: Example,
  { folder, node, variables = {} }: Place,
): Promise<ExampleRun> {
  const server = await startDevServer({ port: 0, limits: { maxSamples: ALL, maxErrors: ALL } });
  const redis = needs === 'redis-server' ? await startRedis() : undefined;
  const port = await freePort();
  const options = {
    cwd: folder,
    node,
    env: {
      HOME: folder,
      NODE_ENV: 'production',
      PORT: String(port),
      STARDUST_SERVER: server.url,
      STARDUST_APP_ID: 'example',
      // Until the first answer tells the same.
      STARDUST_MAX_SAMPLES: String(ALL),
      STARDUST_MAX_ERRORS: String(ALL),
      ...redis?.env,
      ...env,
      ...variables,
    },
    lifetimeMs: 180_000,
  };
  let child: Child | undefined;
  try {
    if (build !== undefined) {
      const { code, stdout, stderr } = await runNode(argumentsOf(build), options);
      if (code !== 0) throw new Error(`the build failed: ${stdout}${stderr}`);
    }
    child = startNode(argumentsOf(start), options);
    if (requests.length > 0) {
      await listening(port, child);
      for (const each of requests) await make(each, port);
      child.kill('SIGTERM');
    }
    const ended = await child.ended;
    const received = server.app('example');
    return { ended, received, counts: countsOf(received, port) };
  } finally {
    child?.kill();
    await redis?.close();
    await server.close();
  }
}

interface Place {
  readonly folder: string;
  readonly node: string;
  /** Besides those of the example. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Every name of the example's table is there, as often as it says, and no other. No sample's parent is missing. */
export function expectExample({ names, others, ends, requests }: Example, run: ExampleRun): void {
  const counted = Object.entries(run.counts).filter(
    ([name]) => others === undefined || !new RegExp(others).test(name),
  );
  expect(Object.fromEntries(counted)).toEqual(names);
  expect(torn(run.received)).toEqual([]);
  const end = ends ?? (requests === undefined ? { code: 0 } : { signal: 'SIGTERM' });
  expect(run.ended).toMatchObject(end);
  expect(run.ended.stderr.split('\n').filter(isWarning)).toEqual([]);
}

/** Names of samples that hang under a span which is not kept. */
function torn(received: ReceivedApp | undefined): string[] {
  const samples = (received?.names ?? []).flatMap(({ name, samples, errorSamples }) =>
    [...samples, ...errorSamples].map((sample) => ({ name, ...sample })),
  );
  const ids = new Set(samples.map(({ Id }) => Id));
  return samples.filter(({ ParentId }) => ParentId && !ids.has(ParentId)).map(({ name }) => name);
}

/** Ours but for the three lines of a start, OpenTelemetry's or Node's. A framework may print what it likes. */
function isWarning(line: string): boolean {
  const three = /^opentelemetry-stardust (?:register \d|reporting as |\S+ (?:took|answered) the first )/;
  return /^opentelemetry-stardust|^@opentelemetry|^\(node:/.test(line) && !three.test(line);
}

function argumentsOf(command: string): string[] {
  const [first, ...args] = command.split(' ');
  if (first !== 'node') throw new Error(`not started by node: ${command}`);
  return args;
}

async function listening(port: number, child: Child): Promise<void> {
  let end: Ended | undefined;
  void child.ended.then((ended) => {
    end = ended;
  });
  const giveUpMs = Date.now() + READY_MS;
  while (!(await isListening(port))) {
    if (end !== undefined) throw new Error(`ended before it listened: ${end.stdout}${end.stderr}`);
    if (Date.now() > giveUpMs) throw new Error('it does not listen');
  }
}

async function make([line, times, wanted, body]: Request, port: number): Promise<void> {
  const statuses = new Set<number | undefined>();
  for (let i = 0; i < times; i++) statuses.add(await answerTo(line, port, body));
  expect([line, ...statuses]).toEqual([line, wanted]);
}

function answerTo(line: string, port: number, body: unknown): Promise<number | undefined> {
  const [method, path] = line.split(' ');
  const headers = { connection: 'close', ...(body !== undefined && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function countsOf(received: ReceivedApp | undefined, port: number): ExampleRun['counts'] {
  const rows = received?.names.filter(({ total }) => total > 0) ?? [];
  return Object.fromEntries(
    rows.map(({ name, total, errors }) => [name.replace(`:${port}`, `:${PORT}`), [total, errors]]),
  );
}
