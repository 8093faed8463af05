import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** What runs on its own, or tells the time: only `runtime/` may take these from Node. */
const STARTS: readonly RegExp[] = [
  /(?<![.#'\w])(?:set|clear)(?:Timeout|Interval|Immediate)\b/,
  /(?<![.#'\w])(?:globalThis\.)?queueMicrotask\b/,
  /\bnode:timers\b/,
  /\bprocess\.(?:on|once|addListener|prependListener|prependOnceListener|nextTick)\(/,
  /\bnew Worker\(/,
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bperformance\.now\b/,
  // A promise that nobody waits for.
  /^\s*void\b/,
  /=>\s*void\s+[\w(]/,
  // A promise that is chained, by what the app may have replaced.
  /\.(?:then|catch|finally)\(/,
  /\bPromise\.(?:all|allSettled|any|race)\(/,
];

/** Files and folders that start things in other ways, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'runtime/': 'starts and catches for all others',
  'dev/': 'the stand-in server imports nothing but wire/, and runs in nobody’s service',
  'cli/': 'a command is a process of its own: its failures are to be seen',
  'cli.ts': 'as cli/',
};

/** In single lines, where it is right: the file and the line. */
const EXCEPTED_LINES: readonly string[] = [
  // This listener does nothing: it only makes Node listen.
  'register/ending.ts: for (const signal of SIGNALS) process.on(signal, listening);',
  'register/ending.ts: process.on(signal, listening);',
  'register/ending.ts: if (!this.#over) process.on(signal, listening);',
  // What undici will call, tried with a function that does nothing.
  'transport/load-undici.ts: queueMicrotask: () => queueMicrotask(nothing),',
  'transport/load-undici.ts: setTimeout: () => clearTimeout(setTimeout(nothing, 0).unref()),',
  'transport/load-undici.ts: setImmediate: () => clearImmediate(setImmediate(nothing)),',
  'transport/load-undici.ts: Promise: () => Promise.all([Promise.resolve().then(nothing)]),',
];

function bareStartsIn(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
  return code
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''))
    .flatMap((line, at) =>
      STARTS.some((start) => start.test(line)) ? [{ line: line.trim(), at: at + 1 }] : [],
    )
    .filter(({ line }) => !EXCEPTED_LINES.includes(`${file}: ${line}`))
    .map(({ line, at }) => `src/${file}:${at}: ${line}`);
}

describe('what src starts on its own account', () => {
  it('is started through runtime/, which catches what it throws, by its timers and its clock', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /\.[cm]?ts$/.test(file))
      .filter((file) => !Object.keys(EXCEPTIONS).some((exception) => file.startsWith(exception)));
    const found = files.flatMap((file) => bareStartsIn(file, readFileSync(join(SRC, file), 'utf8')));
    expect(found).toEqual([]);
  });

  it.each([
    ['const timer = setTimeout(ring, 5);'],
    ["import { setTimeout as delay } from 'node:timers/promises';"],
    ['setInterval(save, 200).unref();'],
    ['setImmediate(() => {});'],
    ['queueMicrotask(() => this.open());'],
    ['void this.#send();'],
    ['readonly #ping = new Alarm(() => void this.#send());'],
    ['new Worker(file);'],
    ["process.on('exit', save);"],
    ["process.once('exit', save);"],
    ['const now = Date.now();'],
    ['await rm(path).catch(() => {});'],
    ['const texts = await Promise.all(readings);'],
  ])('is found by its line: %s', (line) => {
    expect(bareStartsIn('some/file.ts', `/* a\n comment */\n${line}\n`)).toEqual([
      `src/some/file.ts:3: ${line}`,
    ]);
  });

  it.each([
    ['// setTimeout(ring, 5)'],
    ['request.setTimeout(5);'],
    ['abandon(): void {'],
    ['type Work = () => void;'],
  ])('is not taken for it: %s', (line) => {
    expect(bareStartsIn('some/file.ts', line)).toEqual([]);
  });
});
