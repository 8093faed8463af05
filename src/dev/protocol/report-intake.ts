import { setTimeout as delay } from 'node:timers/promises';
import type { WireBuilder } from '../../wire/report-forms.ts';
import { StarPattern } from '../../wire/star-pattern.ts';
import type { AppBook } from '../received/app-book.ts';

/** What decides over a builder's fate. */
export interface IntakeRules {
  readonly excludes: readonly string[];
  /** By the server's clock. */
  readonly nowMs: number;
  readonly dropRacingNames: boolean;
  readonly newNameMillis: number;
  /** How long the app's periods are. */
  readonly periodMs: number;
  /** Ends the waiting for new names when the server closes. */
  readonly closing: AbortSignal;
}

const DAY_MS = 86_400_000;
const NAME_UNITS = 200;

/** Takes a report's builders into the app's book, or drops them without a word. */
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
 * Makes a name known, which takes its time. Who comes while another report is at it waits just as long, for the
 * real server finds out only when its row is there already, and then, by the option, has lost the race.
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
