/** What stands for an id in a name. */
export const FOLDED = '*';

const IDS =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])(?:[0-9a-f]{16,}|\d+)(?![0-9a-z])|\d{4,}/gi;

/** A name of any kind with the ids inside it folded: UUIDs, long hex, numbers of their own, long runs of digits. */
export function foldIds(name: string): string {
  return name.replace(IDS, FOLDED);
}
