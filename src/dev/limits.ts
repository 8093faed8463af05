import { checkFields } from './check-fields.ts';

/** What the server tells an app in the answer to a report. */
export interface ServerLimits {
  /** Seconds between two reports: 1 to 3,600. */
  readonly period: number;
  /** Samples an app may keep per name and period: 1 to 1,000. */
  readonly maxSamples: number;
  /** Error samples an app may keep per name and period: 1 to 1,000. */
  readonly maxErrors: number;
  /** Milliseconds from which a call is slow: 1 to 86,400,000. */
  readonly timeout: number;
  /** Characters of a sample's tag: 1 to 2,000. */
  readonly maxTagLength: number;
  /** As a real server sends it; nothing here uses it. -1 to 65,536. */
  readonly requestTagLength: number;
  /** Whether the server wants process figures. */
  readonly enableMeter: boolean;
  /**
   * Names that are not counted: patterns for the whole name, ignoring case. Sent only to apps that send a Version. At
   * most 1,000 of at most 500 characters.
   */
  readonly excludes: readonly string[] | null;
}

/** What a real server sends to an app without limits of its own. */
export const DEFAULT_LIMITS: ServerLimits = {
  period: 60,
  maxSamples: 1,
  maxErrors: 10,
  timeout: 5_000,
  maxTagLength: 1_024,
  requestTagLength: 1_024,
  enableMeter: true,
  excludes: null,
};

/** The numbers that an app takes as they are: it ignores smaller ones, and takes larger ones as the largest or not at all. */
export const LIMIT_RANGES = {
  period: [1, 3_600],
  maxSamples: [1, 1_000],
  maxErrors: [1, 1_000],
  timeout: [1, 86_400_000],
  maxTagLength: [1, 2_000],
  requestTagLength: [-1, 65_536],
} as const satisfies Partial<Record<keyof ServerLimits, readonly [number, number]>>;
type NumericLimit = keyof typeof LIMIT_RANGES;

const MAX_EXCLUDES = 1_000;
const MAX_EXCLUDE_UNITS = 500;

/**
 * Refuses limits that do not exist, have another type or are out of range.
 * @throws TypeError that names the limit, and what is accepted
 */
export function checkLimits(limits: Partial<ServerLimits>): void {
  checkFields('limit', limits, { ...DEFAULT_LIMITS });
  for (const name of Object.keys(LIMIT_RANGES) as NumericLimit[]) {
    const [from, to] = LIMIT_RANGES[name];
    const value = limits[name] ?? to;
    if (Number.isInteger(value) && value >= from && value <= to) continue;
    throw new TypeError(
      `The limit "${name}" must be a whole number from ${grouped(from)} to ${grouped(to)}.`,
    );
  }
  if (excludesFit(limits.excludes ?? [])) return;
  throw new TypeError(
    `The limit "excludes" must be at most ${grouped(MAX_EXCLUDES)} texts of at most ${MAX_EXCLUDE_UNITS} characters.`,
  );
}

function excludesFit(excludes: readonly unknown[]): boolean {
  const fits = (entry: unknown) => typeof entry === 'string' && entry.length <= MAX_EXCLUDE_UNITS;
  return excludes.length <= MAX_EXCLUDES && excludes.every(fits);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
