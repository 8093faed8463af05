import type { Attributes, SpanLike } from './span-like.ts';

/** Listed in a millisecond. The engine lists all keys of an object before it gives the first. */
const MAX_LISTED = 10_000;

/** What a reader of `semconv.ts` finds, as text; empty if it is missing. */
export function attributeText(attributes: Attributes, read: (told: Attributes) => unknown): string {
  return textOf(read(attributes));
}

/** A simple value as text; objects and the like as nothing, since reading them may run anything. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The keys of a span's attributes; none of a span with more than 10,000. */
export function attributeKeys({ attributes, _attributesCount = 0 }: SpanLike): string[] {
  return _attributesCount > MAX_LISTED ? [] : Object.keys(attributes);
}
