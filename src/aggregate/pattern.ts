/** Whether an entry holds a star or a question mark. */
export function isPattern(entry: string): boolean {
  return entry.includes('*') || entry.includes('?');
}

/** What stands between two stars of a pattern. */
interface Piece {
  readonly length: number;
  /** Where it first fits between `from` and `end`; -1 where nowhere. */
  find(text: string, from: number, end: number): number;
}

/**
 * A pattern for a whole text: `*` stands for anything, `?` for one UTF-16 unit. It is cut at its stars: the pieces
 * must follow one another, the first and the last at the ends. Compare in one case, pattern and text.
 */
export class Pattern {
  readonly #head: string;
  readonly #between: readonly Piece[];
  /** Absent where there is no star: the head is all. */
  readonly #tail: string | undefined;

  constructor(entry: string) {
    const [head = '', ...rest] = entry.replace(/\*+/g, '*').split('*');
    this.#head = head;
    this.#tail = rest.pop();
    this.#between = rest.map((piece) =>
      piece.includes('?') ? new LoosePiece(piece) : new ExactPiece(piece),
    );
  }

  matches(text: string): boolean {
    const head = this.#head;
    const tail = this.#tail;
    if (tail === undefined) return text.length === head.length && fits(text, 0, head);
    const end = text.length - tail.length;
    if (end < head.length || !fits(text, 0, head) || !fits(text, end, tail)) return false;
    let from = head.length;
    for (const piece of this.#between) {
      // The leftmost fit leaves the most room for what follows, so nothing is ever tried twice.
      const at = piece.find(text, from, end);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return true;
  }
}

function fits(text: string, at: number, piece: string): boolean {
  if (!piece.includes('?')) return text.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) {
    if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  }
  return true;
}

class ExactPiece implements Piece {
  readonly length: number;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
  }

  find(text: string, from: number, end: number): number {
    const at = text.indexOf(this.#text, from);
    return at >= 0 && at + this.length <= end ? at : -1;
  }
}

const WORD_BITS = 32;

/**
 * A piece with `?` in it, found in one pass over the text (Shift-And): bit `i` of the state is set where the last
 * `i + 1` units fit the beginning of the piece. To try the piece at each place would take the product of both.
 */
class LoosePiece implements Piece {
  readonly length: number;
  /** For a unit the places of the piece that take it, a bit each; those that take any unit for all others. */
  readonly #takers = new Map<string, Uint32Array>();
  readonly #anyTakers: Uint32Array;

  constructor(piece: string) {
    this.length = piece.length;
    this.#anyTakers = new Uint32Array(Math.ceil(piece.length / WORD_BITS));
    for (let i = 0; i < piece.length; i++) if (piece[i] === '?') setBit(this.#anyTakers, i);
    for (let i = 0; i < piece.length; i++) {
      const unit = piece[i] ?? '';
      if (unit === '?') continue;
      const takers = this.#takers.get(unit) ?? this.#anyTakers.slice();
      setBit(takers, i);
      this.#takers.set(unit, takers);
    }
  }

  find(text: string, from: number, end: number): number {
    const state = new Uint32Array(this.#anyTakers.length);
    const last = state.length - 1;
    const lastBit = 1 << ((this.length - 1) % WORD_BITS);
    for (let at = from; at < end; at++) {
      const takers = this.#takers.get(text[at] ?? '') ?? this.#anyTakers;
      let carried = 1;
      for (let word = 0; word <= last; word++) {
        const bits = state[word] ?? 0;
        state[word] = ((bits << 1) | carried) & (takers[word] ?? 0);
        carried = bits >>> (WORD_BITS - 1);
      }
      if (((state[last] ?? 0) & lastBit) !== 0) return at + 1 - this.length;
    }
    return -1;
  }
}

function setBit(bits: Uint32Array, at: number): void {
  const word = Math.floor(at / WORD_BITS);
  bits[word] = (bits[word] ?? 0) | (1 << (at % WORD_BITS));
}
