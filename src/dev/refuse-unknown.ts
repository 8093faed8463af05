/**
 * Refuses what the stand-in server does not know: a name with a slip would silently do nothing.
 * @throws TypeError that names it, and what is known
 */
export function refuseUnknown(what: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  throw new TypeError(`The stand-in server has no ${what} ${names}. It has: ${known.join(', ')}.`);
}
