import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, gzipSync } from 'node:zlib';
import { SpanBuilder } from '../../aggregate/span-builder.ts';
import { json } from '../../wire/json.ts';
import type { Kept } from './store.ts';

type Sample = SpanBuilder['samples'][number];

const FORMAT = 2;
const COLUMNS = 8;
/** The event loop turns after this much text. */
const CHUNK_UNITS = 65_536;
/** Far above a line of ours; other files may have no line ends at all. */
const MAX_LINE_UNITS = 64 * 1024 * 1024;
/** Of builders that are being written thousands a millisecond, a fast compression. */
const LEVEL = { level: 1 };

/**
 * What waits at one moment, to be written: one line of JSON about the file, then one for each builder, compressed, so
 * that gzip's checksum tells a broken file. It copies the figures at once; the builders may change while it is written.
 */
export class Snapshot {
  readonly #head: string;
  readonly #builders: readonly SpanBuilder[];
  readonly #figures: Float64Array;
  /** The samples of builders that have some: their arrays as they were. */
  readonly #samples = new Map<number, readonly [readonly Sample[], readonly Sample[]]>();

  /** @param replaces ids of the files of former processes that this one stands for. */
  constructor(app: string, waiting: readonly Kept[], replaces: readonly string[]) {
    const slots = waiting.map(({ isHour, builders, inFlight }) => [isHour, builders.length, inFlight]);
    this.#head = json({ format: FORMAT, app, replaces, slots });
    this.#builders = waiting.flatMap(({ builders }) => builders);
    this.#figures = new Float64Array(this.#builders.length * COLUMNS);
    for (const [index, builder] of this.#builders.entries()) {
      const { startTimeMs, endTimeMs, total, errors, costMs, maxCostMs, minCostMs, value } = builder;
      const row = [startTimeMs, endTimeMs, total, errors, costMs, maxCostMs, minCostMs, value];
      this.#figures.set(row, index * COLUMNS);
      if (builder.sampleBytes > 0) this.#samples.set(index, [builder.samples, builder.errorSamples]);
    }
  }

  get isEmpty(): boolean {
    return this.#builders.length === 0;
  }

  /** Spans in all of its builders. */
  get spans(): number {
    return this.spansFrom(0);
  }

  /** Spans in the builders from this one on. */
  spansFrom(index: number): number {
    let spans = 0;
    for (let at = index * COLUMNS + 2; at < this.#figures.length; at += COLUMNS)
      spans += this.#figures[at] ?? 0;
    return spans;
  }

  /** Adds the spans of the builders from this one on, by their names. */
  addTotals(totals: Map<string, number>, index: number): void {
    for (const [at, { name }] of this.#builders.entries()) {
      const total = at < index ? 0 : (this.#figures[at * COLUMNS + 2] ?? 0);
      totals.set(name, (totals.get(name) ?? 0) + total);
    }
  }

  bytes(): Readable {
    return Readable.from(this.#chunks()).pipe(createGzip(LEVEL));
  }

  bytesSync(): Buffer {
    return gzipSync([...this.#chunks()].join(''), LEVEL);
  }

  *#chunks(): Generator<string> {
    let chunk = `${this.#head}\n`;
    for (const [index, { name }] of this.#builders.entries()) {
      const row = this.#figures.subarray(index * COLUMNS, (index + 1) * COLUMNS);
      // JSON has no infinity, which is the least cost of no call at all.
      const figures = Array.from(row, (figure) => (Number.isFinite(figure) ? figure : 0));
      chunk += `${json([name, figures, ...(this.#samples.get(index) ?? [])])}\n`;
      if (chunk.length < CHUNK_UNITS) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
}

/** What a file says. */
export interface Read {
  readonly waiting: readonly Kept[];
  readonly replaces: readonly string[];
}

/**
 * Reads a file, piece by piece.
 * @throws Error that says why it is not what this version writes for this app; an error of the system where it cannot be read.
 */
export async function readSnapshot(path: string, app: string): Promise<Read> {
  let head: Head | undefined;
  const builders: SpanBuilder[] = [];
  const take = (line: string) => {
    const value: unknown = JSON.parse(line);
    if (head === undefined) head = headOf(value, app);
    else builders.push(builderOf(value));
  };
  const text = createGunzip({ chunkSize: CHUNK_UNITS }).setEncoding('utf8');
  await pipeline(createReadStream(path), text, async (chunks: AsyncIterable<string>) => {
    let line = '';
    for await (const chunk of chunks) {
      const [first = '', ...rest] = chunk.split('\n');
      line += first;
      for (const next of rest) {
        take(line);
        line = next;
      }
      if (line.length > MAX_LINE_UNITS) throw new Error('it has no lines');
    }
    if (line !== '') throw new Error('it is not whole');
  });
  if (head === undefined) throw new Error('it is empty');
  const { slots, replaces } = head;
  if (slots.reduce((sum, { count }) => sum + count, 0) !== builders.length)
    throw new Error('it is not whole');
  const waiting = slots.map(({ isHour, count, inFlight }) => {
    return { isHour, inFlight, builders: builders.splice(0, count) };
  });
  return { waiting, replaces };
}

interface Head {
  readonly replaces: readonly string[];
  readonly slots: readonly { readonly isHour: boolean; readonly count: number; readonly inFlight: number }[];
}

function headOf(value: unknown, expectedApp: string): Head {
  const { format, app, replaces, slots } = recordOf(value);
  if (format !== FORMAT) throw new Error(`its format is ${String(format)}, not ${FORMAT}`);
  if (app !== expectedApp) throw new Error(`it is of the app ${String(app)}`);
  return {
    replaces: arrayOf(replaces).map(textOf),
    slots: arrayOf(slots).map((slot) => {
      const [isHour, count, inFlight] = arrayOf(slot);
      return { isHour: isHour === true, count: figureOf(count), inFlight: figureOf(inFlight) };
    }),
  };
}

function builderOf(line: unknown): SpanBuilder {
  const [name, figures, samples = [], errorSamples = []] = arrayOf(line);
  const row = arrayOf(figures).map(figureOf);
  const [start = 0, end = 0, total = 0, errors = 0, cost = 0, max = 0, min = 0, value = 0] = row;
  const builder = new SpanBuilder(textOf(name), start);
  builder.endTimeMs = end;
  builder.total = total;
  builder.errors = errors;
  builder.costMs = cost;
  builder.maxCostMs = max;
  if (total > 0) builder.minCostMs = min;
  builder.value = value;
  for (const sample of arrayOf(samples)) builder.keep(sampleOf(sample), false);
  for (const sample of arrayOf(errorSamples)) builder.keep(sampleOf(sample), true);
  return builder;
}

function sampleOf(value: unknown): Sample {
  const fields = recordOf(value);
  return {
    traceId: textOf(fields.traceId),
    spanId: textOf(fields.spanId),
    parentSpanId: textOf(fields.parentSpanId),
    startTimeMs: figureOf(fields.startTimeMs),
    costMs: figureOf(fields.costMs),
    value: figureOf(fields.value),
    traceFlags: figureOf(fields.traceFlags),
    tag: textOf(fields.tag),
    error: textOf(fields.error),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('a line is not of the form written');
  return { ...value };
}

function arrayOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a line is not of the form written');
  return value;
}

function figureOf(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0)) throw new Error('a figure is not of the form written');
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('a text is not of the form written');
  return value;
}
