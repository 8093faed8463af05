import { expect } from 'vitest';

/**
 * Expects that no piece of a secret, of this many UTF-16 units, is in a text. One search; an `expect` for each piece, or
 * for each text that is in order, would take a good part of a test's time.
 *
 * @param where What the failure names; the text itself if missing.
 */
export function expectNoLeak(secret: string, text: string, units: number, where = text): void {
  for (let at = 0; at + units <= secret.length; at++) {
    const piece = secret.slice(at, at + units);
    if (text.includes(piece)) expect.fail(`"${piece}" of the secret is in: ${where}`);
  }
}
