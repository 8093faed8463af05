import { Buffer } from 'node:buffer';

/**
 * What the server can read: well-formed strings, cut by UTF-16 units, and whole numbers in range.
 * One lone surrogate or one fraction voids a whole report (docs/protocol.md, "What voids a report").
 */

/** The largest value of a signed 32-bit field, such as `Total` or `MaxCost`. */
export const INT32_MAX = 2_147_483_647;

/** Unix milliseconds of 9999-12-31T23:59:59.999Z, the last instant a .NET date can hold. */
const LAST_INSTANT_MS = 253_402_300_799_999;

/** The longest name of a builder that the server takes, in UTF-16 units. */
export const NAME_UNITS = 200;
// Control characters, and the two line separators of Unicode that consoles render as line breaks.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Cuts a string to at most `units` UTF-16 units without splitting a surrogate pair. */
export function cut(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return detached(text.slice(0, splitsPair ? units - 1 : units));
}

/** The last `units` UTF-16 units of a string, without half a surrogate pair. */
export function endOf(text: string, units: number): string {
  if (text.length <= units) return text;
  const first = text.charCodeAt(text.length - units);
  const splitsPair = first >= 0xdc00 && first <= 0xdfff;
  return text.slice(text.length - units + (splitsPair ? 1 : 0));
}

/** The same text, kept by itself: V8 keeps a whole string in memory for as long as a piece of it is held. */
export function detached(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** What is kept of a text that others hold: cut, and by itself. */
export function kept(text: string, units: number): string {
  return text.length > units ? cut(text, units) : detached(text);
}

/** A string the server's JSON reader accepts: lone surrogates become U+FFFD, then it is cut. */
export function wireText(text: string, units: number): string {
  return cut(text, units).toWellFormed();
}

/**
 * A builder's name as the server takes it: never empty, on one line, at most 200 UTF-16 units.
 * The server drops a builder with any other name without a word.
 */
export function builderName(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : String(raw);
  const name = wireText(text, NAME_UNITS).replace(UNPRINTABLE, ' ');
  return name.trim() === '' ? '(unnamed)' : name;
}

/** A whole number within `[min, max]`; NaN counts as `min`. */
export function whole(value: number, min: number, max: number): number {
  if (!(value > min)) return min;
  return value < max ? Math.round(value) : max;
}

/** Unix milliseconds that a .NET date can hold. */
export function instant(ms: number): number {
  return whole(ms, 0, LAST_INSTANT_MS);
}

/**
 * The leading two to four dotted numbers of a version, the only form `Version` may have in a ping;
 * `undefined` if it has none, and the field is then left out.
 */
export function dottedVersion(version: string): string | undefined {
  const parts = /^v?(\d{1,9}(?:\.\d{1,9}(?!\d)){0,3})(?!\d)/i.exec(version.trim())?.[1];
  if (parts === undefined) return undefined;
  return parts.includes('.') ? parts : `${parts}.0`;
}
