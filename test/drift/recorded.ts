import { readFileSync } from 'node:fs';
import type { SpanLike } from '../../src/span/span-like.ts';
import { kindNameOf, shortScopeOf } from '../support/recorded-names.ts';
import { recordedFiles } from '../support/recorded-spans.ts';

/** Which attributes the spans of one instrumentation and kind have. */
export interface Keys {
  /** Every span has them. */
  readonly always: ReadonlySet<string>;
  /** Some span has them. */
  readonly ever: ReadonlySet<string>;
}

/** The keys of spans by who made them: `http SERVER`. */
export function keysOf(spans: readonly SpanLike[]): Map<string, Keys> {
  const found = new Map<string, Keys>();
  for (const span of spans) {
    const maker = `${shortScopeOf(span)} ${kindNameOf(span)}`;
    const keys = new Set(Object.keys(span.attributes));
    const before = found.get(maker) ?? { always: keys, ever: keys };
    found.set(maker, {
      always: new Set([...before.always].filter((key) => keys.has(key))),
      ever: new Set([...before.ever, ...keys]),
    });
  }
  return found;
}

/** The keys of the recorded spans of OpenTelemetry 3. */
export function recordedKeys(): Map<string, Keys> {
  const files = recordedFiles().filter(({ file }) => file.startsWith('otel3'));
  return keysOf(files.flatMap(({ spans }) => spans as unknown as SpanLike[]));
}

/** As what the rows of docs/recorded-names.txt show, by who made them. */
export function recordedKinds(): Map<string, Set<string>> {
  const text = readFileSync(new URL('../../docs/recorded-names.txt', import.meta.url), 'utf8');
  return kindsOf(text.split('\n'));
}

/** The last cell of such rows, by their first two: `http SERVER`. */
export function kindsOf(rows: readonly string[]): Map<string, Set<string>> {
  const kinds = new Map<string, Set<string>>();
  for (const row of rows) {
    const cells = row.split(' | ');
    const maker = cells.slice(0, 2).join(' ');
    kinds.set(maker, (kinds.get(maker) ?? new Set()).add(cells.at(-1) ?? ''));
  }
  return kinds;
}
