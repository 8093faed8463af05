import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { piecesThatFit } from '../report/encode.ts';
import { packReport, REPORT_BUILDERS, REPORT_MEMORY_BYTES } from '../report/packing.ts';
import type { StoredFile } from './disk/stored-file.ts';

/** One report of a batch. */
export interface Report {
  readonly builders: readonly SpanBuilder[];
  readonly json: readonly Buffer[];
  /** It left once and no answer came: sent again, it may count twice. */
  readonly unclear: boolean;
}

/**
 * What was taken out of the backlog to be delivered, in the order in which it goes: reports that go as they are (an
 * unclear one, halves of an unreadable one), then builders not yet put into a report. Always the tail of what its
 * file holds, so that one number tells how far it has come.
 */
export class Batch {
  /** Builders of a whole hour, else of five minutes. */
  readonly isHour: boolean;
  /** The files that hold what this batch holds: none where it has never waited long. */
  files: readonly StoredFile[];
  /** There is one file, whose tail this batch is. */
  isAligned: boolean;
  #builders: SpanBuilder[];
  readonly #ahead: Report[] = [];
  #current: Report | undefined;
  #isSent = false;
  #done: number;

  constructor(
    builders: readonly SpanBuilder[],
    isHour: boolean,
    files: readonly StoredFile[] = [],
    isAligned = false,
    done = 0,
  ) {
    this.#builders = builders.flatMap(piecesThatFit).slice(done);
    this.#done = done;
    this.isHour = isHour;
    this.files = files;
    this.isAligned = isAligned;
  }

  /** Spans of what is not delivered yet. */
  get total(): number {
    return this.remaining().reduce((sum, builder) => sum + builder.total, 0);
  }

  get isEmpty(): boolean {
    return this.remaining().length === 0;
  }

  /** Builders at the head of its file that are no longer here. */
  get done(): number {
    return this.#done;
  }

  /** How many builders may have arrived, or are on their way. */
  get inFlight(): number {
    const first = this.#current ?? this.#ahead[0];
    const isOut = first?.unclear === true || (first !== undefined && first === this.#current && this.#isSent);
    return isOut ? first.builders.length : 0;
  }

  get isUnclear(): boolean {
    return this.#ahead[0]?.unclear === true;
  }

  /** What is not delivered yet, in order. */
  remaining(): SpanBuilder[] {
    const reports = this.#current === undefined ? this.#ahead : [this.#current, ...this.#ahead];
    return [...reports.flatMap(({ builders }) => builders), ...this.#builders];
  }

  /** The next report, which stays in the batch until it is {@link delivered} or {@link giveBack given back}. */
  async next(clockOffsetMs: number): Promise<Report | undefined> {
    const report = this.#ahead.shift() ?? (await this.#pack(clockOffsetMs));
    this.#current = report;
    this.#isSent = false;
    return report;
  }

  /** From now on one file holds what is here. */
  storedIn(file: StoredFile): void {
    this.files = [file];
    this.isAligned = true;
    this.#done = 0;
  }

  /** The first builders were on their way when their process ended. */
  async resumeUnclear(count: number, clockOffsetMs: number): Promise<void> {
    const { builders, json } = await packReport(this.#builders.slice(0, count), clockOffsetMs);
    this.#builders.splice(0, builders.length);
    if (builders.length > 0) this.#ahead.push({ builders, json, unclear: true });
  }

  /** The report under way is about to leave; false where another process has taken the batch over. */
  leaves(): Promise<boolean> {
    this.#isSent = true;
    return this.mark();
  }

  /** Tells the file how far this has come; false where another process has taken it over. */
  async mark(): Promise<boolean> {
    const [only] = this.files;
    if (only !== undefined && this.isAligned) return only.mark(this.#done, this.inFlight);
    if (this.inFlight === 0) return true;
    // The files hold parts of it: all of them are on their way until the whole batch is delivered.
    const marks = await Promise.all(this.files.map((file) => file.markWhole()));
    return marks.every((isHere) => isHere);
  }

  /** The report under way is done with. */
  delivered(): void {
    this.#done += this.#current?.builders.length ?? 0;
    this.#current = undefined;
  }

  /** The report under way goes again later, as it is. */
  giveBack(unclear: boolean): void {
    const report = this.#current;
    this.#current = undefined;
    if (report !== undefined) this.#ahead.unshift({ ...report, unclear });
  }

  /** The report under way goes again in two halves. */
  halve(): void {
    const report = this.#current;
    this.#current = undefined;
    if (report === undefined) return;
    const middle = Math.ceil(report.builders.length / 2);
    for (const [from, to] of [[middle], [0, middle]]) {
      const builders = report.builders.slice(from, to);
      this.#ahead.unshift({ builders, json: report.json.slice(from, to), unclear: false });
    }
  }

  async #pack(clockOffsetMs: number): Promise<Report | undefined> {
    let bytes = 0;
    const enough = this.#builders.findIndex((builder, index) => {
      bytes += builder.sampleBytes;
      return index === REPORT_BUILDERS || bytes > REPORT_MEMORY_BYTES;
    });
    const candidates = enough === -1 ? this.#builders : this.#builders.slice(0, Math.max(1, enough));
    if (candidates.length === 0) return undefined;
    const { builders, json } = await packReport(candidates, clockOffsetMs);
    this.#builders.splice(0, builders.length);
    return { builders, json, unclear: false };
  }
}
