import { diag } from '@opentelemetry/api';
import { Alarm } from './background.ts';

/** What each line of this package begins with. */
export const NAMESPACE = 'opentelemetry-stardust';

type Level = 'error' | 'warn' | 'info' | 'debug';

const HOUR_MS = 3_600_000;
/** Enough for whatever happens now and then; a server that flaps all day must not fill a disk. */
const LINES_AN_HOUR = 20;
/** What a server or a function of the user's says is quoted, and may be long. */
const LINE_UNITS = 8_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const logger = diag.createComponentLogger({ namespace: NAMESPACE });

let left = LINES_AN_HOUR;
let omitted = 0;
let lastOmitted = '';
const hourIsOver = new Alarm(() => {
  left = LINES_AN_HOUR;
  if (omitted === 0) return;
  const summary = `${omitted} further lines were left out within an hour, the last: ${lastOmitted}`;
  omitted = 0;
  say('warn', summary);
});

/**
 * The one way this package says anything; silent until the application sets a logger. Whatever happens, it is one
 * line each, no more than twenty an hour, and what is left out is summed up when the hour is over.
 */
export const log = {
  error: (text: string) => say('error', text),
  warn: (text: string) => say('warn', text),
  info: (text: string) => say('info', text),
  debug: (text: string) => say('debug', text),
};

/** A new exporter starts an hour of its own, in which it may say so many lines more: what is wrong with its options. */
export function startLogHour(moreLines: number): void {
  hourIsOver.clear();
  omitted = 0;
  left = LINES_AN_HOUR + moreLines;
}

function say(level: Level, text: string): void {
  if (!hourIsOver.isSet) hourIsOver.set(HOUR_MS);
  const line = text.slice(0, LINE_UNITS).replace(UNPRINTABLE, ' ');
  if (left === 0) {
    omitted++;
    lastOmitted = line;
    return;
  }
  left--;
  try {
    logger[level](line);
  } catch {
    // The application's logger is not ours to mend, and nothing of ours throws into its code.
  }
}
