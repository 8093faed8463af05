import { SpanBuilder } from '../../src/aggregate/span-builder.ts';
import type { WireBuilder } from '../../src/wire/report-forms.ts';

const MINUTE_MS = 60_000;

/** A builder as it is sent: one call of 5 ms in the minute that ends now, unless the test names other fields. */
export function builder(Name: string, fields: object = {}): WireBuilder {
  const EndTime = Date.now();
  return {
    Name,
    StartTime: EndTime - MINUTE_MS,
    EndTime,
    Total: 1,
    Errors: 0,
    Cost: 5,
    MaxCost: 5,
    MinCost: 5,
    Value: 0,
    Samples: [],
    ErrorSamples: [],
    ...fields,
  };
}

/** A builder as it adds up: a minute of calls of 1 ms, 2 ms, 3 ms …, of which the first failed. */
export function spanBuilder(name: string, startTimeMs: number, total = 1): SpanBuilder {
  const made = new SpanBuilder(name, startTimeMs);
  for (let i = 0; i < total; i++) made.add(i + 1, i === 0);
  made.endTimeMs = startTimeMs + MINUTE_MS;
  return made;
}
