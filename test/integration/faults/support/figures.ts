import type { WireBuilder } from '../../../../src/wire/report-forms.ts';

export interface Call {
  readonly id: string;
  readonly startMs: number;
  readonly ms: number;
  readonly error: boolean;
  readonly bytes: number;
}

/** All that a server can know of a name. */
export class Figures {
  readonly name: string;
  total = 0;
  errors = 0;
  cost = 0;
  max = 0;
  min = Number.POSITIVE_INFINITY;
  value = 0;
  /** Starts of the calls that are, or may be, samples, by their span ids. */
  readonly samples = new Map<string, number>();
  readonly errorSamples = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  get sums() {
    const { errors, cost, max, min, value } = this;
    return { errors, cost, max, min, value };
  }

  addCall({ id, startMs, ms, error, bytes }: Call): void {
    this.#add(1, error ? 1 : 0, ms, bytes);
    this.max = Math.max(this.max, ms);
    this.min = Math.min(this.min, ms);
    (error ? this.errorSamples : this.samples).set(id, startMs);
  }

  addBuilder(builder: WireBuilder): void {
    const { Total, Errors, Cost, MaxCost, MinCost, Value, Samples, ErrorSamples } = builder;
    this.#add(Total, Errors, Cost, Value);
    this.max = Math.max(this.max, MaxCost);
    this.min = Math.min(this.min, MinCost);
    for (const { Id, StartTime } of Samples) this.samples.set(Id, StartTime);
    for (const { Id, StartTime } of ErrorSamples) this.errorSamples.set(Id, StartTime);
  }

  #add(total: number, errors: number, cost: number, value: number): void {
    this.total += total;
    this.errors += errors;
    this.cost += cost;
    this.value += value;
  }
}
