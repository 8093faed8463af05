/** Whether an entry holds a star or a question mark. */
export function isPattern(entry: string): boolean {
  return entry.includes('*') || entry.includes('?');
}

/**
 * A pattern for a whole text: `*` stands for anything, `?` for one UTF-16 unit. It is cut at its stars: the pieces
 * must follow one another, the first and the last at the ends. Compare in one case, pattern and text.
 */
export class Pattern {
  readonly #pieces: string[];

  constructor(entry: string) {
    this.#pieces = entry.replace(/\*+/g, '*').split('*');
  }

  matches(text: string): boolean {
    const [head = '', ...rest] = this.#pieces;
    const tail = rest.pop();
    if (tail === undefined) return text.length === head.length && fits(text, 0, head);
    const end = text.length - tail.length;
    if (end < head.length || !fits(text, 0, head) || !fits(text, end, tail)) return false;
    let from = head.length;
    for (const piece of rest) {
      // The leftmost fit leaves the most room for what follows, so nothing is ever tried twice.
      const at = indexOfPiece(text, piece, from, end);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  }
}

function indexOfPiece(text: string, piece: string, from: number, end: number): number {
  if (!piece.includes('?')) {
    const at = text.indexOf(piece, from);
    return at >= 0 && at + piece.length <= end ? at : -1;
  }
  for (let at = from; at + piece.length <= end; at++) {
    if (fits(text, at, piece)) return at;
  }
  return -1;
}

function fits(text: string, at: number, piece: string): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  }
  return true;
}
