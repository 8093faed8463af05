/** The first piece of a secret, of this many UTF-16 units, that is found in a text. One search; an `expect` for each would take most of a test's time. */
export function leakOf(secret: string, text: string, units: number): string | undefined {
  for (let at = 0; at + units <= secret.length; at++) {
    const piece = secret.slice(at, at + units);
    if (text.includes(piece)) return piece;
  }
  return undefined;
}
