import { Buffer } from 'node:buffer';
import { SpanBuilder } from '../aggregate/span-builder.ts';
import type { Sample } from '../span/sample.ts';
import { json } from '../wire/json.ts';
import type { Identity } from '../wire/login.ts';
import type { WireBuilder, WireSample } from '../wire/report-forms.ts';
import { INT32_MAX, instant, whole, wireText } from '../wire/text.ts';

/** Samples of one kind in one builder: two kinds and the counts stay well inside a report. */
const SAMPLES_BYTES = 192 * 1024;
/** The most that one UTF-16 unit takes in JSON: a control character, escaped. */
const BYTES_PER_UNIT = 6;

/**
 * Puts a report together from builders that are JSON already. Bytes, not text: to flatten and encode half a
 * megabyte of text in one go would hold the event loop for milliseconds.
 */
export function reportBody(who: Identity, builders: readonly Uint8Array[]): Buffer {
  const head = json({
    AppId: wireText(who.appId, 50),
    AppName: wireText(who.appName, 50),
    ClientId: wireText(who.clientId, 50),
    Version: wireText(who.version, 50),
  });
  const parts: Uint8Array[] = [Buffer.from(`${head.slice(0, -1)},"Builders":[`)];
  builders.forEach((builder, index) => {
    if (index > 0) parts.push(COMMA);
    parts.push(builder);
  });
  parts.push(END);
  return Buffer.concat(parts);
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/** One builder as JSON; it must fit, see {@link piecesThatFit}. */
export function builderJson(builder: SpanBuilder, clockOffsetMs: number): Buffer {
  const wire: WireBuilder = {
    Name: builder.name,
    StartTime: instant(builder.startTimeMs),
    EndTime: instant(builder.endTimeMs),
    Total: whole(builder.total, 0, INT32_MAX),
    Errors: whole(builder.errors, 0, INT32_MAX),
    Cost: whole(builder.costMs, 0, Number.MAX_SAFE_INTEGER),
    MaxCost: whole(builder.maxCostMs, 0, INT32_MAX),
    MinCost: builder.total === 0 ? 0 : whole(Math.floor(builder.minCostMs), 0, INT32_MAX),
    Value: whole(builder.value, 0, Number.MAX_SAFE_INTEGER),
    Samples: builder.samples.map((sample) => wireSample(sample, clockOffsetMs)),
    ErrorSamples: builder.errorSamples.map((sample) => wireSample(sample, clockOffsetMs)),
  };
  return Buffer.from(json(wire));
}

/**
 * A builder as builders that add up to it and fit the wire: more than one if its count would pass 32 bits,
 * or if its samples alone would make a body too large.
 */
export function piecesThatFit(builder: SpanBuilder): SpanBuilder[] {
  const { total, sampleBytes } = builder;
  // Nearly all: a byte of samples in memory is at most three of JSON.
  if (total <= INT32_MAX && 3 * sampleBytes <= SAMPLES_BYTES) return [builder];
  const counts = Math.max(1, Math.ceil(total / INT32_MAX));
  const samples = samplePieces(builder.samples);
  const errors = samplePieces(builder.errorSamples);
  const rows = Math.max(counts, samples.length, errors.length);
  if (rows === 1) return [builder];
  return Array.from({ length: rows }, (_, row) => {
    const piece = new SpanBuilder(builder.name, builder.startTimeMs);
    piece.endTimeMs = builder.endTimeMs;
    for (const sample of samples[row] ?? []) piece.keep(sample, false);
    for (const sample of errors[row] ?? []) piece.keep(sample, true);
    if (row >= counts) return piece;
    piece.total = share(builder.total, counts, row);
    piece.errors = share(builder.errors, counts, row);
    piece.costMs = builder.costMs / counts;
    piece.maxCostMs = builder.maxCostMs;
    piece.minCostMs = builder.minCostMs;
    piece.value = share(builder.value, counts, row);
    return piece;
  });
}

/** Each sample of a builder in a builder of Total 0. */
export function samplesApart(builder: SpanBuilder): SpanBuilder[] {
  const apart = (failed: boolean) => (sample: Sample) => {
    const only = new SpanBuilder(builder.name, builder.startTimeMs);
    only.endTimeMs = builder.endTimeMs;
    only.keep(sample, failed);
    return only;
  };
  return [...builder.samples.map(apart(false)), ...builder.errorSamples.map(apart(true))];
}

/** A builder of Total 0: makes the server know a name, or brings an hour's figures up to date; counts nothing. */
export function announcementJson(builder: { readonly name: string; readonly startTimeMs: number }): Buffer {
  const time = instant(builder.startTimeMs);
  const wire: WireBuilder = {
    Name: builder.name,
    StartTime: time,
    EndTime: time,
    Total: 0,
    Errors: 0,
    Cost: 0,
    MaxCost: 0,
    MinCost: 0,
    Value: 0,
    Samples: [],
    ErrorSamples: [],
  };
  return Buffer.from(json(wire));
}

/** The `row`-th of `count` whole parts that add up to `figure`. */
function share(figure: number, count: number, row: number): number {
  const part = Math.floor(figure / count);
  return row === 0 ? figure - part * (count - 1) : part;
}

function samplePieces(samples: Sample[]): Sample[][] {
  const pieces: Sample[][] = [];
  let room = 0;
  for (const sample of samples) {
    const size = (sample.tag.length + sample.error.length) * BYTES_PER_UNIT + 400;
    if (size > room) {
      pieces.push([]);
      room = SAMPLES_BYTES;
    }
    pieces.at(-1)?.push(sample);
    room -= size;
  }
  return pieces;
}

function wireSample(sample: Sample, clockOffsetMs: number): WireSample {
  const start = instant(sample.startTimeMs + clockOffsetMs);
  return {
    Id: wireText(sample.spanId, 50),
    ParentId: wireText(sample.parentSpanId, 50),
    TraceId: wireText(sample.traceId, 50),
    StartTime: start,
    EndTime: instant(start + whole(sample.costMs, 0, Number.MAX_SAFE_INTEGER)),
    Value: whole(sample.value, 0, Number.MAX_SAFE_INTEGER),
    Tag: wireText(sample.tag, 2_000),
    TraceFlag: sample.traceFlags & 0xff,
    Error: wireText(sample.error, 2_000),
  };
}
