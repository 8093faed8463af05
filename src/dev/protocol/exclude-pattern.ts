/**
 * An exclude as the server means it: a pattern for the whole name, ignoring case, in which `*` stands for anything
 * and `?` for one UTF-16 unit.
 */
export class ExcludePattern {
  readonly #pieces: readonly string[];

  constructor(entry: string) {
    this.#pieces = entry.toLowerCase().replace(/\*+/g, '*').split('*');
  }

  matches(name: string): boolean {
    const text = name.toLowerCase();
    const [head = '', ...middle] = this.#pieces;
    const tail = middle.pop();
    if (tail === undefined) return text.length === head.length && fits(text, 0, head);
    const end = text.length - tail.length;
    if (end < head.length || !fits(text, 0, head) || !fits(text, end, tail)) return false;
    let from = head.length;
    for (const piece of middle) {
      // The leftmost fit leaves the most room for what follows, so nothing is ever tried twice.
      const at = find(text, piece, from, end);
      if (at === undefined) return false;
      from = at + piece.length;
    }
    return true;
  }
}

function find(text: string, piece: string, from: number, end: number): number | undefined {
  for (let at = from; at + piece.length <= end; at++) {
    if (fits(text, at, piece)) return at;
  }
  return undefined;
}

function fits(text: string, at: number, piece: string): boolean {
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  }
  return true;
}
