import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { packReport, REPORT_BUILDERS, REPORT_MEMORY_BYTES } from '../report/packing.ts';
import { BUILDER_BYTES } from './bucket.ts';
import type { Waiting } from './slot.ts';

/** Builders that go together. Kept as they are until they are delivered, split or given up. */
export interface Report {
  readonly builders: readonly SpanBuilder[];
  /** `sent`: on its way. `unclear`: it left once, and may have arrived; sent again, it may count twice. */
  state: 'ready' | 'sent' | 'unclear';
  /** How often it was turned away, while an empty report was taken each time. */
  rejections: number;
}

/** What left the backlog to be delivered, in the order in which it goes: reports, then builders not yet in one. */
export class Batch implements Waiting {
  readonly isHour: boolean;
  copiedAt: number | undefined;
  readonly #reports: Report[] = [];
  #builders: SpanBuilder[];

  /** Of the builders, which each fit into a report, the first `inFlight` were sent and may have arrived. */
  constructor(builders: readonly SpanBuilder[], isHour: boolean, copiedAt?: number, inFlight = 0) {
    this.#builders = builders.slice(inFlight);
    this.isHour = isHour;
    this.copiedAt = copiedAt;
    if (inFlight > 0)
      this.#reports.push({ builders: builders.slice(0, inFlight), state: 'unclear', rejections: 0 });
  }

  /** The report that goes next, once it was made by {@link next}. */
  get first(): Report | undefined {
    return this.#reports[0];
  }

  get isEmpty(): boolean {
    return this.#reports.length === 0 && this.#builders.length === 0;
  }

  get inFlight(): number {
    const { first } = this;
    return first === undefined || first.state === 'ready' ? 0 : first.builders.length;
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return this.builders().reduce((sum, { sampleBytes }) => sum + BUILDER_BYTES + sampleBytes, 0);
  }

  builders(): SpanBuilder[] {
    return [...this.#reports.flatMap(({ builders }) => builders), ...this.#builders];
  }

  /** The next report as JSON; it stays {@link first} until it is removed or split. */
  async next(clockOffsetMs: number): Promise<{ readonly report: Report; readonly json: readonly Buffer[] }> {
    const before = this.#reports[0];
    const { json } = await packReport(before?.builders ?? this.#candidates(), clockOffsetMs);
    const report = before ?? {
      builders: this.#builders.splice(0, json.length),
      state: 'ready',
      rejections: 0,
    };
    if (report !== before) this.#reports.unshift(report);
    if (json.length < report.builders.length) this.#split(json.length);
    return { report: this.#reports[0] ?? report, json };
  }

  /** The first report is delivered or given up. */
  removeFirst(): void {
    const report = this.#reports.shift();
    if (this.copiedAt !== undefined) this.copiedAt += report?.builders.length ?? 0;
  }

  /** The first report goes again in two halves, in the same order. */
  halve(): void {
    this.#split(Math.ceil((this.first?.builders.length ?? 0) / 2));
  }

  #split(at: number): void {
    const report = this.#reports.shift();
    if (report === undefined) return;
    const parts = [report.builders.slice(0, at), report.builders.slice(at)];
    this.#reports.unshift(...parts.map((builders) => ({ ...report, builders })));
  }

  #candidates(): SpanBuilder[] {
    let bytes = 0;
    const enough = this.#builders.findIndex((builder, index) => {
      bytes += builder.sampleBytes;
      return index === REPORT_BUILDERS || bytes > REPORT_MEMORY_BYTES;
    });
    return enough === -1 ? this.#builders : this.#builders.slice(0, Math.max(1, enough));
  }
}
