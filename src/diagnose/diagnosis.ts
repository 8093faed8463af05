import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitSource, type SamplingSource } from '../chains/sampling-source.ts';
import type { StardustStats } from '../delivery/stats.ts';
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
  /** The program, with links followed; absent for `--eval` and the like. */
  readonly script: string | undefined;
  /** Of the api that the global tracer provider was registered with; absent where there is none. */
  readonly provider: { readonly apiVersion: string } | undefined;
  readonly apiCopies: readonly ApiCopy[];
  /** Whether an instrumentation was made, so that what is required from then on is seen. */
  readonly isInstrumented: boolean;
  readonly libraries: readonly Library[];
  readonly spans: SpansSeen;
  /** Of the first StardustSpanProcessor; absent where there is none. */
  readonly processor: StardustStats | undefined;
}

const INTERVAL_MS = 200;

/** Watches this process, and writes what it sees into the folder: at each first of its kind, and now and then. */
export function diagnose(folder: string): void {
  // Its own reference, taken before anybody wraps it.
  const write = writeFileSync;
  const file = join(folder, `${process.pid}.json`);
  const libraries = new Libraries();
  let sources: SamplingSource | undefined;
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
        libraries: libraries.seen(),
        spans: spans.seen(),
        processor: sources?.stats?.(),
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
    sources = source;
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
