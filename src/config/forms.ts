/**
 * The forms that values of options take. Each reads a value of code and, if it has a variable, a text of
 * the environment; `undefined` means that the value has not this form.
 */
export interface Form<T> {
  /** What is accepted, as it ends the sentence "must be …". */
  readonly accepts: string;
  fromCode(value: unknown): T | undefined;
  fromText(text: string): T | undefined;
}

export const text: Form<string> = {
  accepts: 'a string',
  fromCode: (value) => (typeof value === 'string' ? value : undefined),
  fromText: (value) => value,
};

export function number(min: number, max: number, unit = ''): Form<number> {
  const inRange = (value: unknown) =>
    typeof value === 'number' && value >= min && value <= max ? value : undefined;
  return {
    accepts: `a number${unit && ` of ${unit}`} from ${grouped(min)} to ${grouped(max)}`,
    fromCode: inRange,
    fromText: (value) => inRange(Number(value)),
  };
}

export function integer(min: number, max: number, unit = ''): Form<number> {
  const { fromCode, fromText } = number(min, max);
  const whole = (value: number | undefined) => (Number.isInteger(value) ? value : undefined);
  return {
    accepts: `a whole number${unit && ` of ${unit}`} from ${grouped(min)} to ${grouped(max)}`,
    fromCode: (value) => whole(fromCode(value)),
    fromText: (value) => whole(fromText(value)),
  };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

export const flag: Form<boolean> = {
  accepts: 'true or false',
  fromCode: (value) => (typeof value === 'boolean' ? value : undefined),
  fromText: (value) => FLAGS.get(value.toLowerCase()),
};

export function oneOf<T extends string>(...words: readonly T[]): Form<T> {
  const find = (value: unknown) => words.find((word) => word === value);
  return {
    accepts: words.map((word) => `'${word}'`).join(' or '),
    fromCode: find,
    fromText: (value) => find(value.toLowerCase()),
  };
}

/** A list of strings; in the environment separated by commas or semicolons. */
export const list: Form<readonly string[]> = {
  accepts: 'an array of strings',
  fromCode: (value) =>
    Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? [...value] : undefined,
  fromText: (value) =>
    value
      .split(/[,;]/)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
};

/** A function, which only code can give. */
export function hook<T>(): Form<T> {
  return {
    accepts: 'a function',
    // The signature of a function cannot be checked; it is guarded where it is called.
    fromCode: (value) => (typeof value === 'function' ? (value as T) : undefined),
    fromText: () => undefined,
  };
}

export function either<A, B>(first: Form<A>, second: Form<B>): Form<A | B> {
  return {
    accepts: `${first.accepts}, or ${second.accepts}`,
    fromCode: (value) => first.fromCode(value) ?? second.fromCode(value),
    fromText: (value) => first.fromText(value) ?? second.fromText(value),
  };
}

/** Thousands parted by commas. `toLocaleString` would load the data of all languages: 30 ms of every start. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
