import type { SpanBuilder } from '../aggregate/span-builder.ts';
import { packReport, REPORT_BUILDERS, REPORT_MEMORY_BYTES } from '../report/packing.ts';
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
  #reports: Report[] = [];
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

  builders(): SpanBuilder[] {
    return [...this.#reports.flatMap(({ builders }) => builders), ...this.#builders];
  }

  /** The next report as JSON; it stays {@link first} until it is removed or split. */
  async next(clockOffsetMs: number): Promise<{ readonly report: Report; readonly json: readonly Buffer[] }> {
    let report = this.first;
    const { builders, json } = await packReport(report?.builders ?? this.#candidates(), clockOffsetMs);
    if (report === undefined) {
      report = { builders, state: 'ready', rejections: 0 };
      this.#builders.splice(0, builders.length);
      this.#reports.push(report);
    } else if (builders.length < report.builders.length) {
      report = this.#split(report, builders.length);
    }
    return { report, json };
  }

  /** The first report is delivered or given up. */
  removeFirst(): void {
    const report = this.#reports.shift();
    if (this.copiedAt !== undefined) this.copiedAt += report?.builders.length ?? 0;
  }

  /** The first report goes again in two halves, in the same order. */
  halve(): void {
    if (this.first !== undefined) this.#split(this.first, Math.ceil(this.first.builders.length / 2));
  }

  /** Takes out builders of which this is true, and returns them. A report that has left goes as a whole, or stays. */
  takeOut(isOut: (builder: SpanBuilder) => boolean): SpanBuilder[] {
    const reports = this.#reports.filter(({ builders }) => builders.every(isOut));
    const out = [...reports.flatMap(({ builders }) => builders), ...this.#builders.filter(isOut)];
    if (out.length === 0) return out;
    this.copiedAt = undefined;
    this.#reports = this.#reports.filter((report) => !reports.includes(report));
    this.#builders = this.#builders.filter((builder) => !isOut(builder));
    return out;
  }

  #split(report: Report, at: number): Report {
    const first = { ...report, builders: report.builders.slice(0, at) };
    this.#reports.splice(0, 1, first, { ...report, builders: report.builders.slice(at) });
    return first;
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
