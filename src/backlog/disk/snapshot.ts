import { createReadStream } from 'node:fs';
import { createGunzip, gzipSync } from 'node:zlib';
import { builderOf, PackedBuilders } from '../../aggregate/packed-builders.ts';
import type { SpanBuilder } from '../../aggregate/span-builder.ts';
import { isRecord } from '../../wire/fields.ts';
import { json } from '../../wire/json.ts';
import type { Kept, Progress } from './store.ts';

const FORMAT = 2;
/** The event loop turns after this much text. */
const CHUNK_UNITS = 65_536;
/** Far above a line of ours; other files may have no line ends at all. */
const MAX_LINE_UNITS = 64 * 1024 * 1024;

/** The first line, and one of a builder. */
const HEAD = { format: FORMAT, app: '', slots: [{ count: 0, state: '' }] };
const SAMPLE = {
  ...{ traceId: '', spanId: '', parentSpanId: '', startTimeMs: 0, costMs: 0, value: 0 },
  ...{ traceFlags: 0, tag: '', error: '' },
};
const BUILDER = { name: '', row: [0], samples: [{}], errorSamples: [{}] };

/**
 * What waits at one moment, to be written: one line of JSON about the file, then one for each builder, compressed, so
 * that gzip's checksum tells a broken file. It copies the figures at once; the builders may change while it is written.
 */
export class Snapshot {
  readonly #head: string;
  readonly builders: PackedBuilders;
  /** At first. What is `sent` is for the file's name alone to tell: it is so only for a while. */
  readonly progress: Progress;

  /** `taken` is the last folder of a former process that it stands for. */
  constructor(
    app: string,
    waiting: readonly Kept[],
    readonly taken: number,
  ) {
    const slots = waiting.map(({ builders, state }) => ({ count: builders.length, state }));
    const sent = waiting[0]?.state === 'sent' ? waiting[0].builders.length : 0;
    this.progress = { done: 0, sent, unclear: 0 };
    this.#head = json({ format: FORMAT, app, slots });
    this.builders = new PackedBuilders(waiting.flatMap(({ builders }) => builders));
  }

  get isEmpty(): boolean {
    return this.builders.names.length === 0;
  }

  /** The file, piece by piece. */
  *pieces(): Generator<Uint8Array> {
    let chunk = `${this.#head}\n`;
    for (const [index, name] of this.builders.names.entries()) {
      const { samples = [], errorSamples = [] } = this.builders.samplesOf(index) ?? {};
      // JSON has no infinity, which is the least cost of no call at all.
      const row = Array.from(this.builders.row(index), (figure) => (Number.isFinite(figure) ? figure : 0));
      chunk += `${json({ name, row, samples, errorSamples })}\n`;
      if (chunk.length < CHUNK_UNITS) continue;
      yield gzipSync(chunk, { level: 1 });
      chunk = '';
    }
    yield gzipSync(chunk, { level: 1 });
  }
}

/**
 * What waited, as a file tells it, which is read piece by piece.
 * @throws Error that says why it is not what this version writes for this app; an error of the system where it cannot be read.
 */
export async function readSnapshot(path: string, app: string): Promise<Kept[]> {
  let head: typeof HEAD | undefined;
  const builders: SpanBuilder[] = [];
  const take = (line: string) => {
    const value: unknown = JSON.parse(line);
    if (head === undefined) head = headOf(value, app);
    else builders.push(readBuilder(value));
  };
  const file = createReadStream(path);
  const text = createGunzip().setEncoding('utf8');
  file.on('error', (error) => text.destroy(error)).pipe(text);
  let line = '';
  try {
    for await (const chunk of text) {
      const [first = '', ...rest] = String(chunk).split('\n');
      line += first;
      for (const next of rest) {
        take(line);
        line = next;
      }
      if (line.length > MAX_LINE_UNITS) throw new Error('it has no lines');
    }
  } finally {
    file.destroy();
  }
  if (line !== '') throw new Error('it is not whole');
  if (head?.slots.reduce((sum, { count }) => sum + count, 0) !== builders.length)
    throw new Error('it is not whole');
  return head.slots.map(({ count, state }) => {
    return { builders: builders.splice(0, count), state: state === 'unclear' ? state : 'ready' };
  });
}

function headOf(value: unknown, app: string): typeof HEAD {
  const { format, app: found } = isRecord(value) ? value : {};
  if (format !== FORMAT) throw new Error(`its format is ${String(format)}, not ${FORMAT}`);
  if (found !== app) throw new Error(`it is of the app ${String(found)}`);
  if (!isLike(value, HEAD)) throw new Error('its first line is not of the form written');
  return value;
}

function readBuilder(value: unknown): SpanBuilder {
  if (!isLike(value, BUILDER)) throw new Error('a line is not of the form written');
  const builder = builderOf(value.name, value.row);
  // A sample of another form costs no count.
  for (const sample of value.samples) if (isLike(sample, SAMPLE)) builder.keep(sample, false);
  for (const sample of value.errorSamples) if (isLike(sample, SAMPLE)) builder.keep(sample, true);
  return builder;
}

/** Whether a value has all fields of an example, and each of its elements the form of the example's first. */
function isLike<T>(value: unknown, example: T): value is T {
  if (Array.isArray(example)) return Array.isArray(value) && value.every((each) => isLike(each, example[0]));
  if (isRecord(example))
    return isRecord(value) && Object.entries(example).every(([key, each]) => isLike(value[key], each));
  return typeof value === typeof example && (typeof value !== 'number' || value >= 0);
}
