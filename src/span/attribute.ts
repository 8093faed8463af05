import type { Attributes } from './span-like.ts';

/** What a reader of `semconv.ts` finds, as text; empty if it is missing. */
export function attributeText(attributes: Attributes, read: (told: Attributes) => unknown): string {
  return textOf(read(attributes));
}

/** A simple value as text; objects and the like as nothing, since reading them may run anything. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
