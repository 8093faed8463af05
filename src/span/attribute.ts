import type { Attributes } from './span-like.ts';

/** The first of two names that holds anything, as text; empty if both are missing. */
export function attributeText(attributes: Attributes, names: readonly [string, string]): string {
  const value = attributes[names[0]];
  return textOf(value === undefined ? attributes[names[1]] : value);
}

/** A simple value as text; objects and the like as nothing, since reading them may run anything. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
