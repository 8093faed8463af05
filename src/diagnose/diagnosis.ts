import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitSource, type SamplingSource } from '../chains/meeting-place.ts';
import type { StardustStats } from '../lifecycle/stats.ts';
import { Alarm } from '../runtime/alarm.ts';
import { onExit } from '../runtime/process-exit.ts';
import { type ApiCopy, apiCopies, watchGlobals } from './api.ts';
import { Libraries, type Library } from './libraries.ts';
import { SpanCounts, type SpansSeen } from './spans.ts';

/** The variable that names the folder into which each process writes what it saw. */
export const DIAGNOSIS = 'OPENTELEMETRY_STARDUST_DIAGNOSIS';

/** What was seen in one process so far. */
export interface Diagnosis {
  readonly pid: number;
  /** The program, with links resolved; absent if there is no file, as with `--eval`. */
  readonly script: string | undefined;
  /** The version of the api that registered the global tracer provider; absent if there is no provider. */
  readonly provider: { readonly apiVersion: string } | undefined;
  readonly apiCopies: readonly ApiCopy[];
  /** Whether an instrumentation was created. Libraries that are required later are seen by it. */
  readonly isInstrumented: boolean;
  /** Whether `register` has frameworks tell their routes that tell nobody else. */
  readonly hasRouteHooks: boolean;
  readonly libraries: readonly Library[];
  readonly spans: SpansSeen;
  /** The figures of the first StardustSpanProcessor; absent if there is none. */
  readonly processor: StardustStats | undefined;
}

/** Set by `register` on the global object. */
export const ROUTE_HOOKS = Symbol.for('opentelemetry-stardust.route-hooks');

const INTERVAL_MS = 200;

/** Watches this process and writes what it sees into the folder: on each new name, and every 200 ms on a change. */
export function diagnose(folder: string): void {
  // Its own reference, taken before anybody wraps it.
  const write = writeFileSync;
  const file = join(folder, `${process.pid}.json`);
  const libraries = new Libraries();
  let processor: SamplingSource | undefined;
  let apiVersion: string | undefined;
  let last = '';
  const save = () => {
    try {
      const seen: Diagnosis = {
        pid: process.pid,
        script: scriptPath(),
        provider: apiVersion === undefined ? undefined : { apiVersion },
        apiCopies: apiCopies(),
        isInstrumented: libraries.isInstrumented,
        hasRouteHooks: (globalThis as { [ROUTE_HOOKS]?: boolean })[ROUTE_HOOKS] === true,
        libraries: libraries.seen(),
        spans: spans.seen(),
        processor: processor?.stats?.(),
      };
      const text = JSON.stringify(seen);
      if (text !== last) write(file, text);
      last = text;
    } catch {
      // A full disk, a folder that is gone: the app must not feel it.
    }
  };
  const spans = new SpanCounts(save);
  awaitSource((source) => {
    processor = source;
  });
  watchGlobals((version, provider) => {
    apiVersion = version;
    spans.watch(provider);
    save();
  });
  save();
  const again = new Alarm('the diagnosis', () => {
    save();
    again.set(INTERVAL_MS);
  });
  again.set(INTERVAL_MS);
  onExit('the diagnosis', save);
}

function scriptPath(): string | undefined {
  const [, script] = process.argv;
  try {
    return script === undefined ? undefined : realpathSync(script);
  } catch {
    return script;
  }
}
