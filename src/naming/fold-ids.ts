/** What stands for an id in a name. */
export const FOLDED = '*';

const UUID_LENGTH = 36;
const LONG_HEX = 16;

/**
 * Whether the part of a path from `start` to `end` is a number, a UUID, or at least 16 hex digits; an address with
 * an `@` in it is one person's, and a list with a `,` is put together by the caller, so these are ids too.
 */
export function isId(text: string, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return false;
  let digits = 0;
  let hex = 0;
  let dashes = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if ((code >= 97 && code <= 102) || (code >= 65 && code <= 70)) hex++;
    else if (code === 45 && isUuidDash(i - start)) dashes++;
    else if (code === 44 || (code === 64 && i > start)) return true;
  }
  if (digits + hex + dashes < length) return false;
  if (dashes > 0) return dashes === 4 && length === UUID_LENGTH;
  return hex === 0 || digits + hex >= LONG_HEX;
}

function isUuidDash(at: number): boolean {
  return at === 8 || at === 13 || at === 18 || at === 23;
}

const IDS =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])(?:[0-9a-f]{16,}|\d+)(?![0-9a-z])|\d{4,}/gi;

/** A name of any kind with the ids inside it folded: UUIDs, long hex, numbers of their own, long runs of digits. */
export function foldIds(name: string): string {
  return name.replace(IDS, FOLDED);
}
