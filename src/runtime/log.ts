import { diag } from '@opentelemetry/api';
import { withOwnBuiltIns } from './built-ins.ts';
import { clearTimer, setTimer } from './clock.ts';
import { orElse } from './or-else.ts';
import { withoutSecrets } from './own-secrets.ts';
import { untraced } from './untraced.ts';

/** What each line of this package begins with. */
export const NAMESPACE = 'opentelemetry-stardust';

type Level = 'error' | 'warn' | 'info' | 'debug';

const HOUR_MS = 3_600_000;
/** Enough for what happens now and then; a server that comes and goes all day must not fill a disk. */
const LINES_AN_HOUR = 20;
/** Of these, kept for lines that tell of lost counts. */
const KEPT_FOR_LOSSES = 5;
/** A line may quote a server or a function of the user's, at any length. */
const LINE_UNITS = 8_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const logger = diag.createComponentLogger({ namespace: NAMESPACE });

let linesLeft = LINES_AN_HOUR;
let omitted = 0;
let lastOmitted = '';
/** Ends the hour that began with its first line; no `Alarm`, which logs its own failures. */
let hour: NodeJS.Timeout | undefined;

/**
 * The only way to log in this package; silent until the application sets a logger for `diag`. Each text becomes one
 * line. At most twenty lines are logged an hour; those left out are counted in one line when the hour is over. `loss` is
 * a warning that counts are lost, for which the last five of the twenty are kept.
 */
export const log = {
  error: (text: string) => write('error', text),
  warn: (text: string) => write('warn', text),
  info: (text: string) => write('info', text),
  debug: (text: string) => write('debug', text),
  loss: (text: string) => write('warn', text, 0),
};

/** Restarts the hourly line budget for a new exporter, with room for its option warnings. */
export function startLogHour(moreLines: number): void {
  clearTimer(hour);
  hour = undefined;
  omitted = 0;
  linesLeft = LINES_AN_HOUR + moreLines;
}

function endHour(): void {
  hour = undefined;
  linesLeft = LINES_AN_HOUR;
  if (omitted === 0) return;
  const summary = `${omitted} further lines were left out within an hour, the last: ${lastOmitted}`;
  omitted = 0;
  write('warn', summary);
}

/** Never throws: the application's logger is not ours to fix. */
function write(level: Level, text: string, kept = KEPT_FOR_LOSSES): void {
  try {
    withOwnBuiltIns(() => writeLine(level, text, kept));
  } catch {
    // A line is lost.
  }
}

function writeLine(level: Level, text: string, kept: number): void {
  hour ??= untraced(() => setTimer(endHour, HOUR_MS)).unref();
  const line = withoutSecrets(text.slice(0, LINE_UNITS).replace(UNPRINTABLE, ' '));
  if (linesLeft <= kept) {
    omitted++;
    lastOmitted = line;
    return;
  }
  linesLeft--;
  const written: unknown = logger[level](line);
  if (written instanceof Promise) orElse(written, undefined);
}
