import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SamplingSource, watchSources } from '../chains/meeting-place.ts';
import type { StardustStats } from '../lifecycle/stats.ts';
import { Alarm } from '../runtime/alarm.ts';
import { onExit } from '../runtime/process-exit.ts';
import { type ApiCopy, apiCopies, otherSdk, watchGlobals } from './api.ts';
import { Libraries, type Library } from './libraries.ts';
import { SpanCounts, type SpansSeen } from './spans.ts';

/** The variable that names the folder into which each process writes what it saw. */
export const DIAGNOSIS = 'OPENTELEMETRY_STARDUST_DIAGNOSIS';

/** What was seen in one process so far. */
export interface Diagnosis {
  readonly pid: number;
  /** The program, with links resolved; absent if there is no file, as with `--eval`. */
  readonly script: string | undefined;
  /** Absent if there is none. */
  readonly provider: Provider | undefined;
  /** An SDK that is known to bring a tracer provider of its own, such as `Sentry 10.2.0`; absent if none has started. */
  readonly otherSdk: string | undefined;
  readonly apiCopies: readonly ApiCopy[];
  /** Whether an instrumentation was created. Libraries that are required later are seen by it. */
  readonly isInstrumented: boolean;
  /** Whether `register` has frameworks tell their routes that tell nobody else. */
  readonly hasRouteHooks: boolean;
  readonly libraries: readonly Library[];
  readonly spans: SpansSeen;
  /** The figures of the StardustSpanProcessor, of several the first that was not replaced; absent if there is none. */
  readonly processor: StardustStats | undefined;
}

/** The global tracer provider. */
interface Provider {
  /** The version of the api that registered it. */
  readonly apiVersion: string;
  /** It took the place of another one, which is that of `register`: nobody else gives way. */
  readonly tookOver: boolean;
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
  const processors: SamplingSource[] = [];
  let provider: Provider | undefined;
  let last = '';
  const save = () => {
    try {
      const seen: Diagnosis = {
        pid: process.pid,
        script: scriptPath(),
        provider,
        otherSdk: otherSdk(),
        apiCopies: apiCopies(),
        isInstrumented: libraries.isInstrumented,
        hasRouteHooks: (globalThis as { [ROUTE_HOOKS]?: boolean })[ROUTE_HOOKS] === true,
        libraries: libraries.seen(),
        spans: spans.seen(),
        processor: processors[provider?.tookOver ? 1 : 0]?.stats?.(),
      };
      const text = JSON.stringify(seen);
      if (text !== last) write(file, text);
      last = text;
    } catch {
      // A full disk, a folder that is gone: the app must not feel it.
    }
  };
  const spans = new SpanCounts(save);
  watchSources((source) => processors.push(source));
  watchGlobals((apiVersion, registered) => {
    provider = { apiVersion, tookOver: provider !== undefined };
    spans.watch(registered);
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
