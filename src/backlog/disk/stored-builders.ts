import { promisify } from 'node:util';
import { gunzip, gzip, gzipSync } from 'node:zlib';
import { SpanBuilder } from '../../aggregate/span-builder.ts';
import { inSlices } from '../../runtime/in-slices.ts';
import type { Sample } from '../../span/sample.ts';
import type { Kept } from './store.ts';

/** What a file says: some builders, and which files it has taken the place of. */
export interface Stored extends Pick<Kept, 'builders' | 'isHour'> {
  readonly replaces: readonly string[];
}

const FORMAT = 1;
/** No file of ours comes near it; one that does is not of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A line of JSON about the file, then a line for each builder, compressed: gzip's checksum tells a broken file. */
export async function storedBytes(stored: Stored): Promise<Buffer> {
  const lines = [headOf(stored)];
  await inSlices(stored.builders, (builder) => lines.push(lineOf(builder)));
  return promisify(gzip)(lines.join('\n'), { level: 1 });
}

/** The same in one go, for a process that is about to end. */
export function storedBytesSync(stored: Stored): Buffer {
  return gzipSync([headOf(stored), ...stored.builders.map(lineOf)].join('\n'), { level: 1 });
}

/** @throws Error that says why these bytes are not what this version writes. */
export async function readStored(bytes: Uint8Array): Promise<Stored> {
  const text = await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES });
  const [head = '', ...lines] = text.toString().split('\n');
  const { format, hour, count, replaces } = JSON.parse(head);
  if (format !== FORMAT) throw new Error(`its format is ${String(format)}, not ${FORMAT}`);
  if (!Array.isArray(replaces) || count !== lines.length) throw new Error('it is not whole');
  const builders: SpanBuilder[] = [];
  await inSlices(lines, (line) => builders.push(builderOf(JSON.parse(line))));
  return { builders, isHour: hour === true, replaces: replaces.map(String) };
}

function headOf({ isHour, replaces, builders }: Stored): string {
  return JSON.stringify({ format: FORMAT, hour: isHour, count: builders.length, replaces });
}

function lineOf(builder: SpanBuilder): string {
  const { name, startTimeMs, endTimeMs, total, errors, costMs, maxCostMs, value } = builder;
  // JSON has no infinity: the least cost of no call at all.
  const minCostMs = total === 0 ? 0 : builder.minCostMs;
  const figures = [startTimeMs, endTimeMs, total, errors, costMs, maxCostMs, minCostMs, value];
  return JSON.stringify([name, figures, builder.samples, builder.errorSamples]);
}

function builderOf(line: unknown): SpanBuilder {
  const [name, figures, samples, errorSamples] = arrayOf(line);
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
  if (typeof value !== 'object' || value === null) throw new Error('a sample is not of the form written');
  const fields: Partial<Record<keyof Sample, unknown>> = value;
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
