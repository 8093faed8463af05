import type { Fields } from '../wire/fields.ts';

/** What is kept and how often it is sent. A report's answer may change each of them. */
export interface SamplingLimits {
  readonly periodSeconds: number;
  /** Samples kept per name and period. */
  readonly maxSamples: number;
  /** Error samples kept per name and period. */
  readonly maxErrors: number;
  /** A span slower than this is kept as a sample beyond `maxSamples`, up to ten times as many. */
  readonly slowThresholdMillis: number;
  /** UTF-16 units of a sample's tag. */
  readonly maxTagLength: number;
}

/** Ranges in which a value is taken; one outside of them leaves what was in force. */
const LIMIT_RANGES = {
  periodSeconds: [1, 3_600],
  maxSamples: [1, 1_000],
  maxErrors: [1, 1_000],
  slowThresholdMillis: [1, 86_400_000],
  maxTagLength: [1, 2_000],
} as const satisfies Record<keyof SamplingLimits, readonly [number, number]>;

const ANSWER_FIELDS = {
  periodSeconds: 'period',
  maxSamples: 'maxSamples',
  maxErrors: 'maxErrors',
  slowThresholdMillis: 'timeout',
  maxTagLength: 'maxTagLength',
} as const satisfies Record<keyof SamplingLimits, string>;

/**
 * The limits after a report's answer. Like Stardust's own agents it takes values above 0 only; whole numbers
 * above a range count as its end, anything else leaves the former value.
 */
export function limitsAfter(answer: Fields, before: SamplingLimits): SamplingLimits {
  const next = { ...before };
  for (const key of Object.keys(ANSWER_FIELDS) as (keyof SamplingLimits)[]) {
    const [min, max] = LIMIT_RANGES[key];
    const value = answer.number(ANSWER_FIELDS[key]);
    if (value === undefined || value < min) continue;
    // A period cannot be clamped: an hour is no answer to "once a day".
    if (key === 'periodSeconds' && value > max) continue;
    next[key] = Math.min(Math.floor(value), max);
  }
  return Object.freeze(next);
}

type Listener = (limits: SamplingLimits, before: SamplingLimits) => void;

/** The limits in force: a report's answer changes them; aggregator, period and sampler read them. */
export class Limits {
  #value: SamplingLimits;
  readonly #listeners: Listener[] = [];

  constructor({ periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength }: SamplingLimits) {
    this.#value = Object.freeze({ periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength });
  }

  get value(): SamplingLimits {
    return this.#value;
  }

  /** Calls the listener after each answer. */
  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Takes what a report's answer says. */
  take(answer: Fields): void {
    const before = this.#value;
    this.#value = limitsAfter(answer, before);
    for (const listener of this.#listeners) listener(this.#value, before);
  }
}
