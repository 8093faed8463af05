import { randomBytes } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { afterEach, vi } from 'vitest';
import {
  type DevServer,
  type DevServerOptions,
  type ReceivedName,
  startDevServer,
} from '../../src/dev/index.ts';
import { StardustExporter, type StardustOptions, StardustSpanProcessor } from '../../src/index.ts';
import { loadUndici } from '../../src/transport/load-undici.ts';
import { turns } from './turns.ts';

export { fakeTime } from './fake-time.ts';
export { logLines } from './logged.ts';
export { until } from './turns.ts';

// Loaded beforehand: what takes real time must not happen in a faked one. Under vitest an import asks another process.
await loadUndici();

// A proxy of the machine's is none of the tests'.
for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']) {
  for (const variable of [name, name.toLowerCase()]) delete process.env[variable];
}

const endings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const end of endings.splice(0).reverse()) await end();
});

/** A stand-in server, closed after the test. */
export async function devServer(options: DevServerOptions = {}): Promise<DevServer> {
  const server = await startDevServer({ port: 0, ...options });
  endings.push(() => server.close());
  return server;
}

/** A processor that reports to the server as `app`, shut down after the test. */
export function processorFor(
  server: { readonly url: string },
  options: StardustOptions = {},
): StardustSpanProcessor {
  return new StardustSpanProcessor(exporterFor(server, options));
}

export function exporterFor(
  server: { readonly url: string },
  options: StardustOptions = {},
): StardustExporter {
  const exporter = new StardustExporter({
    server: server.url,
    appId: 'app',
    shutdownTimeoutMillis: 500,
    ...options,
  });
  endings.push(() => exporter.shutdown());
  return exporter;
}

/** What the server has of a name; an error that tells what there is when it has nothing. */
export function received(server: DevServer, name: string, appId = 'app'): ReceivedName {
  const names = server.app(appId)?.names ?? [];
  const found = names.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${names.map((each) => each.name).join(', ')}`);
  return found;
}

/** The process stands still for so long: each timer that was due meanwhile rings once, afterwards. */
export function stopFor(ms: number): void {
  const { clock } = setTimeout as unknown as { readonly clock: { jump(ms: number): void } };
  clock.jump(ms);
}

/** Lets so much time pass, in steps; between them the sockets have their say, until none has more to say. */
export async function pass(ms: number, stepMs = 250): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await vi.advanceTimersByTimeAsync(Math.min(stepMs, left));
    await quiet();
  }
}

/** A set, since a call that is broken off tells of its end twice. */
const callsUnderWay = new Set<object>();
const requestOf = (message: unknown) => (message as { request: { method: string } }).request;
diagnostics.subscribe('undici:request:create', (message) => {
  // Asking a proxy for a tunnel has no end that is told; the call that goes through it has.
  if (requestOf(message).method !== 'CONNECT') callsUnderWay.add(requestOf(message));
});
for (const end of ['trailers', 'error']) {
  diagnostics.subscribe(`undici:request:${end}`, (message) => callsUnderWay.delete(requestOf(message)));
}

/** In threads of their own, of which Node tells nothing. */
let compressions = 0;
const { gzip } = zlib;
const counted = (body: Uint8Array, done: (error: Error | null, packed: Buffer) => void) => {
  compressions++;
  gzip(body, (error, packed) => {
    compressions--;
    done(error, packed);
  });
};
Object.assign(zlib, { gzip: counted });
syncBuiltinESMExports();

const compress = promisify<Uint8Array, Buffer>(gzip);
const WORTH_A_REPORT = randomBytes(6_000);

/**
 * Turns the event loop while calls are under way; a call that hangs is not waited for, one to a disk always is: the
 * patience with a disk would pass at once otherwise, while a busy one still writes. A turn is as long as a compression,
 * which leaves time for other threads.
 */
async function quiet(): Promise<void> {
  for (let calm = 0, turn = 0; calm < 3; turn++) {
    await compress(WORTH_A_REPORT);
    await turns(2);
    const isBusy = compressions > 0 || fileUnderWay() || (callsUnderWay.size > 0 && turn < 100);
    calm = isBusy ? 0 : calm + 1;
  }
}

/** Node's own, also in a test that replaces it. */
const activeResources = process.getActiveResourcesInfo.bind(process);

function fileUnderWay(): boolean {
  return activeResources().some((resource) => /^(FSReq|FileHandle)/.test(resource));
}

/** Reports the server was sent, with their builders. */
export function reports(server: DevServer): { readonly atMs: number; readonly builders: Builder[] }[] {
  return server
    .requests()
    .filter((request) => request.path.startsWith('/Trace/'))
    .map((request) => ({ atMs: request.atMs, builders: (request.body as { Builders: Builder[] }).Builders }));
}

export interface Builder {
  readonly Name: string;
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Total: number;
  readonly Errors: number;
  readonly Cost: number;
  readonly MaxCost: number;
  readonly MinCost: number;
  readonly Samples: { readonly Id: string; readonly Tag: string; readonly Error: string }[];
  readonly ErrorSamples: { readonly Id: string; readonly Tag: string; readonly Error: string }[];
}
