/**
 * A reader of report bodies that is as strict as a real Stardust server, and a little stricter: it also checks
 * what the server takes without a word and counts wrongly, or drops. Written from the protocol's description
 * alone, so that it cannot share a mistake with the code it judges.
 */

const INT32_MAX = 2 ** 31 - 1;
/** `DateTime.MinValue` and `DateTime.MaxValue` of .NET, in Unix milliseconds. */
const DATE_MIN = -62_135_596_800_000;
const DATE_MAX = 253_402_300_799_999;
/** 512 KiB of builders and 1 KiB for what is around them. */
const BODY_BYTES = 513 * 1024;
const BUILDERS = 499;
/** A `Total` from here on may be one part of a count past 32 bits, whose costs were divided as well. */
const SPLIT_TOTAL = 2 ** 30;

/** Reads one value, or throws a fault that names `path`. */
type Check<T> = (value: unknown, path: string) => T;
type Schema = { readonly [field: string]: Check<unknown> };
type Shape<S extends Schema> = { readonly [K in keyof S]: ReturnType<S[K]> };

const SAMPLE = {
  Id: text(0, 50),
  ParentId: text(0, 50),
  TraceId: text(0, 50),
  StartTime: whole(DATE_MIN, DATE_MAX),
  EndTime: whole(DATE_MIN, DATE_MAX),
  Value: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  Tag: text(0, 2_000),
  TraceFlag: whole(0, 255),
  Error: text(0, 2_000),
};

const BUILDER = {
  Name: spanName,
  StartTime: whole(DATE_MIN, DATE_MAX),
  EndTime: whole(DATE_MIN, DATE_MAX),
  Total: whole(0, INT32_MAX),
  Errors: whole(0, INT32_MAX),
  Cost: whole(0, Number.MAX_SAFE_INTEGER),
  MaxCost: whole(0, INT32_MAX),
  MinCost: whole(0, INT32_MAX),
  Value: whole(0, Number.MAX_SAFE_INTEGER),
  Samples: list(record(SAMPLE)),
  ErrorSamples: list(record(SAMPLE)),
};

const REPORT = {
  AppId: text(1, Number.POSITIVE_INFINITY),
  AppName: text(0, Number.POSITIVE_INFINITY),
  ClientId: text(0, 50),
  Version: text(1, Number.POSITIVE_INFINITY),
  Builders: list(record(BUILDER)),
};

/** One span kept as a sample. Times are Unix milliseconds. */
export type StrictSample = Shape<typeof SAMPLE>;

/** The figures of one name in one period. Times are Unix milliseconds, costs milliseconds. */
type StrictBuilder = Shape<typeof BUILDER>;

/** A report without fault, as it was read. */
export type StrictReport = Shape<typeof REPORT>;

/**
 * Reads a report's JSON (after gzip, if any).
 *
 * @throws Error naming the path and the rule of the first fault: `Builders[3].Cost: 30.5 is no whole number`.
 */
export function readReport(body: string | Uint8Array): StrictReport {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > BODY_BYTES) fault('body', `${size} bytes are more than ${BODY_BYTES}`);
  const json = typeof body === 'string' ? body : decode(body);
  const value = parse(json);
  const tokens = [...json.matchAll(TOKEN)];
  const keys = tokens.filter((token) => token[1] !== undefined).length;
  if (keys !== countKeys(value)) fault('body', 'a field is given twice');
  checkWellFormed(value, '');

  const report = record(REPORT)(value, '');
  const odd = tokens.find(([token]) => !token.startsWith('"') && /[.eE]/.test(token));
  if (odd !== undefined) fault('body', `${odd[0]} is a whole number written as a fraction or power`);
  if (report.Builders.length > BUILDERS) {
    fault('Builders', `${report.Builders.length} builders are more than ${BUILDERS}`);
  }
  report.Builders.forEach((builder, index) => {
    checkTimes(builder, `Builders[${index}]`);
    checkFigures(builder, `Builders[${index}]`);
    checkSamples(builder, `Builders[${index}]`);
  });
  return report;
}

/** Strings, marked as keys where a colon follows, and numbers: all of JSON in which a parser hides something. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|-?\d[\d.eE+-]*/g;

function fault(path: string, rule: string): never {
  throw new Error(`${path === '' ? 'body' : path}: ${rule}`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fault('body', 'the bytes are no UTF-8');
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    fault('body', `no JSON: ${String(error)}`);
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, item: unknown) => sum + countKeys(item), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}

function checkWellFormed(value: unknown, path: string): void {
  if (typeof value === 'string' && !value.isWellFormed()) fault(path, 'a lone surrogate');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : join(path, key);
    if (!key.isWellFormed()) fault(at, 'a lone surrogate in a key');
    checkWellFormed(item, at);
  }
}

function join(path: string, field: string): string {
  const plain = /^\w+$/.test(field) ? field : JSON.stringify(field);
  return path === '' ? plain : `${path}.${plain}`;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 40);
}

function whole(min: number, max: number): Check<number> {
  return (value, path) => {
    if (typeof value !== 'number') fault(path, `${show(value)} is no number`);
    if (!Number.isInteger(value)) fault(path, `${value} is no whole number`);
    if (value < min || value > max) fault(path, `${value} is not within ${min} and ${max}`);
    return value;
  };
}

function text(min: number, max: number): Check<string> {
  return (value, path) => {
    if (typeof value !== 'string') fault(path, `${show(value)} is no string`);
    if (value.length < min) fault(path, 'is empty');
    if (value.length > max) fault(path, `${value.length} UTF-16 units are more than ${max}`);
    return value;
  };
}

function spanName(value: unknown, path: string): string {
  const name = text(1, 200)(value, path);
  if (name.trim() === '') fault(path, 'is blank');
  if (/\p{Cc}/u.test(name)) fault(path, `${JSON.stringify(name)} holds a control character`);
  return name;
}

function list<T>(item: Check<T>): Check<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) fault(path, `${show(value)} is no array`);
    return value.map((one: unknown, index) => item(one, `${path}[${index}]`));
  };
}

/** An object with each of the schema's fields and no other. */
function record<S extends Schema>(schema: S): Check<Shape<S>> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      fault(path, `${show(value)} is no object`);
    }
    const given = new Map<string, unknown>(Object.entries(value));
    const entries = Object.entries(schema).map(([field, check]) => {
      const at = join(path, field);
      if (!given.has(field)) fault(at, 'is missing');
      return [field, check(given.get(field), at)] as const;
    });
    for (const field of given.keys()) {
      if (!Object.hasOwn(schema, field)) fault(join(path, field), 'is no field of the protocol');
    }
    return Object.fromEntries(entries) as Shape<S>;
  };
}

function checkTimes(of: { readonly StartTime: number; readonly EndTime: number }, path: string): void {
  if (of.EndTime < of.StartTime)
    fault(`${path}.EndTime`, `${of.EndTime} is before StartTime ${of.StartTime}`);
}

function checkFigures(builder: StrictBuilder, path: string): void {
  const { Total, Errors, Cost, MaxCost, MinCost } = builder;
  if (Errors > Total) fault(`${path}.Errors`, `${Errors} is more than Total ${Total}`);
  if (Total > 0 && MinCost > MaxCost) fault(`${path}.MinCost`, `${MinCost} is more than MaxCost ${MaxCost}`);
  if (MaxCost === INT32_MAX || Cost === Number.MAX_SAFE_INTEGER || Total >= SPLIT_TOTAL) return;

  if (Cost < MaxCost) fault(`${path}.Cost`, `${Cost} is less than MaxCost ${MaxCost}`);
  // Costs are added up as fractions and then rounded: the smallest downwards, the others to the nearest.
  const least = MinCost * Total;
  if (Cost + 1 + least * 1e-12 < least)
    fault(`${path}.Cost`, `${Cost} is less than MinCost x Total ${least}`);
  const most = MaxCost * Total;
  if (Cost > most + Total) fault(`${path}.Cost`, `${Cost} is more than MaxCost x Total ${most}`);
}

function checkSamples(builder: StrictBuilder, path: string): void {
  const seen = new Set<string>();
  builder.Samples.forEach((sample, index) => {
    checkTimes(sample, `${path}.Samples[${index}]`);
    seen.add(spanKey(sample));
  });
  builder.ErrorSamples.forEach((sample, index) => {
    checkTimes(sample, `${path}.ErrorSamples[${index}]`);
    // An empty or all-zero id names no span.
    if (/[^0]/.test(sample.Id) && seen.has(spanKey(sample))) {
      fault(`${path}.ErrorSamples[${index}].Id`, `${show(sample.Id)} is in Samples as well`);
    }
  });
}

function spanKey(sample: StrictSample): string {
  return JSON.stringify([sample.TraceId, sample.Id]);
}
