import { setTimeout as delay } from 'node:timers/promises';
import type { WireBuilder } from '../../wire/report-forms.ts';
import { StarPattern } from '../../wire/star-pattern.ts';
import type { AppBook } from '../received/app-book.ts';

/** What decides whether a builder is taken. */
export interface IntakeRules {
  readonly excludes: readonly string[];
  /** By the server's clock. */
  readonly nowMs: number;
  readonly dropRacingNames: boolean;
  readonly newNameMillis: number;
  /** The length of the app's periods. */
  readonly periodMs: number;
  /** Aborts when the server closes, and ends the waiting for new names. */
  readonly closing: AbortSignal;
}

const DAY_MS = 86_400_000;
const NAME_UNITS = 200;

/** Adds a report's builders to the app's book. Those that the real server drops are dropped, without an error. */
export async function takeBuilders(
  builders: readonly WireBuilder[],
  book: AppBook,
  rules: IntakeRules,
): Promise<void> {
  const excludes = rules.excludes.map((entry) => new StarPattern(entry.toLowerCase()));
  for (const builder of builders) {
    const name = builder.Name.toLowerCase();
    const wanted = isWanted(builder, rules.nowMs) && !excludes.some((entry) => entry.matches(name));
    const taken = wanted && (book.names.has(builder.Name) || (await becomesKnown(builder.Name, book, rules)));
    if (taken) book.add(builder, rules.periodMs);
    else book.drop();
  }
}

function isWanted({ Name, StartTime }: WireBuilder, nowMs: number): boolean {
  const inTime = StartTime >= nowMs - 3 * DAY_MS && StartTime <= nowMs + DAY_MS;
  return Name !== '' && Name.length <= NAME_UNITS && inTime;
}

/**
 * Makes a name known, which takes `newNameMillis`. A second report with the same name waits as long: the real server
 * notices only when it finds the row there, and with `dropRacingNames` the second builder is then lost.
 */
async function becomesKnown(name: string, book: AppBook, rules: IntakeRules): Promise<boolean> {
  if (rules.newNameMillis <= 0) return book.makeKnown(name);
  const underWay = book.namesUnderWay.get(name);
  if (underWay !== undefined) {
    await underWay;
    return !rules.dropRacingNames;
  }
  const known = delay(rules.newNameMillis, undefined, { signal: rules.closing }).then(() => {
    book.makeKnown(name);
    book.namesUnderWay.delete(name);
  });
  book.namesUnderWay.set(name, known);
  await known;
  return true;
}
