import { Excludes, tidy } from '../aggregate/excludes.ts';
import type { Limits } from '../aggregate/limits.ts';
import type { SpanAggregator } from '../aggregate/span-aggregator.ts';
import { log } from '../runtime/log.ts';
import type { ReportSession } from '../session/report-session.ts';
import type { Fields } from '../wire/fields.ts';

/** Excludes that are lifted at once and named in the log. */
const NAMED_EXCLUDES = 3;

/** What an answer to a report changes. */
export interface AnswersParts {
  readonly limits: Limits;
  readonly aggregator: SpanAggregator;
  readonly session: ReportSession;
  /** The user's own excludes, which stay beside the server's. */
  readonly excludes: readonly string[];
}

/** Takes limits, excludes and the wish for figures out of the answers to reports. */
export class Answers {
  readonly #parts: AnswersParts;
  #excludes: readonly string[] = [];

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  take(data: Fields): void {
    this.#parts.limits.take(data);
    this.#takeExcludes(data.get('excludes'));
    const figuresWanted = data.get('enableMeter');
    if (typeof figuresWanted === 'boolean') this.#parts.session.wantFigures(figuresWanted);
  }

  /** A list replaces the former one, null clears it, anything else is no list. */
  #takeExcludes(value: unknown): void {
    if (!Array.isArray(value) && value !== null) return;
    const entries = tidy(value ?? []);
    const before = this.#excludes;
    if (JSON.stringify(entries) === JSON.stringify(before)) return;
    this.#excludes = entries;
    this.#parts.aggregator.excludes = new Excludes(entries, this.#parts.excludes);
    const lifted = before.filter((each) => !entries.includes(each));
    if (lifted.length === 0) return;
    const named = lifted.slice(0, NAMED_EXCLUDES).map((each) => JSON.stringify(each));
    const others = lifted.length > named.length ? ` and ${lifted.length - named.length} others` : '';
    log.info(`the server no longer excludes ${named.join(', ')}${others}`);
  }
}
