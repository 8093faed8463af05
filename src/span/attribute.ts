import type { Attributes } from './span-like.ts';

/** The first of several names that holds anything. */
export function attribute(attributes: Attributes, names: readonly [string, string]): unknown {
  const value = attributes[names[0]];
  return value === undefined ? attributes[names[1]] : value;
}

/** The same, as text; empty where there is none. */
export function attributeText(attributes: Attributes, names: readonly [string, string]): string {
  return textOf(attribute(attributes, names));
}

/** A simple value as text; objects and the like as nothing, since reading them may run anything. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
