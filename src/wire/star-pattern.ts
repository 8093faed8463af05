/** Whether an entry holds a star or a question mark. */
export function isPattern(entry: string): boolean {
  return entry.includes('*') || entry.includes('?');
}

const ANY_UNIT = 0x3f; // '?'

/**
 * A pattern for a whole text, as the server reads an exclude: `*` stands for anything, also for nothing, and `?` for
 * one UTF-16 unit. It compares exactly: to ignore case, give pattern and text in one case.
 *
 * The pattern is cut at its stars. The pieces must follow one another, the first and the last at the ends of the text.
 */
export class StarPattern {
  readonly #head: string;
  readonly #between: readonly string[];
  /** Absent if the pattern holds no star: the head is all of it. */
  readonly #tail: string | undefined;

  constructor(entry: string) {
    const [head = '', ...rest] = entry.replace(/\*+/g, '*').split('*');
    this.#head = head;
    this.#tail = rest.pop();
    this.#between = rest;
  }

  matches(text: string): boolean {
    const head = this.#head;
    const tail = this.#tail;
    if (tail === undefined) return text.length === head.length && fits(text, 0, head);
    const end = text.length - tail.length;
    if (end < head.length || !fits(text, 0, head) || !fits(text, end, tail)) return false;
    let from = head.length;
    for (const piece of this.#between) {
      // The leftmost fit leaves the most room for the rest, so no piece is ever looked for twice.
      const at = find(text, piece, from, end);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  }
}

/** Where a piece first fits between `from` and `end`; -1 if nowhere. */
function find(text: string, piece: string, from: number, end: number): number {
  const last = end - piece.length;
  if (!piece.includes('?')) {
    const at = text.indexOf(piece, from);
    return at <= last ? at : -1;
  }
  for (let at = from; at <= last; at++) if (fits(text, at, piece)) return at;
  return -1;
}

function fits(text: string, at: number, piece: string): boolean {
  for (let i = 0; i < piece.length; i++) {
    const unit = piece.charCodeAt(i);
    if (unit !== ANY_UNIT && unit !== text.charCodeAt(at + i)) return false;
  }
  return true;
}
