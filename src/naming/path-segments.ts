// What a character of a path is, as bits: together they tell what a segment is. What ends a segment comes last.
const DIGIT = 1;
const HEX = 2;
const DASH = 4;
const DOT = 8;
const AT = 16;
const COMMA = 32;
const OTHER = 64;
const SLASH = 128;
const PATH_END = 129;
const MARKS = {
  '-': DASH,
  '.': DOT,
  '@': AT,
  ',': COMMA,
  '/': SLASH,
  '?': PATH_END,
  '#': PATH_END,
  '&': PATH_END,
};

const SORTS = new Uint8Array(128).fill(OTHER).fill(DIGIT, 48, 58).fill(HEX, 65, 71).fill(HEX, 97, 103);
for (const [mark, sort] of Object.entries(MARKS)) SORTS[mark.charCodeAt(0)] = sort;

const LONG_HEX = 16;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads a path segment by segment, each character once. It ends at its query, its fragment, or the first `&`, where
 * the .NET agent cuts every name.
 */
export class PathSegments {
  readonly text: string;
  start = 0;
  end: number;
  /** Whether a slash ends the segment at hand, so that one more follows. */
  isBeforeSlash = true;
  /** The bits of its characters. */
  #seen = 0;

  /** @param slash where the one before the first segment stands; -1 if the text begins with the path. */
  constructor(text: string, slash = -1) {
    this.text = text;
    this.end = slash;
  }

  /** Moves to the next segment; false behind the last. */
  next(): boolean {
    if (!this.isBeforeSlash) return false;
    const { text } = this;
    const start = this.end + 1;
    let end = start;
    let seen = 0;
    let sort = PATH_END;
    for (; end < text.length; end++) {
      sort = sortOf(text.charCodeAt(end));
      if (sort >= SLASH) break;
      seen |= sort;
    }
    this.start = start;
    this.end = end;
    this.isBeforeSlash = sort === SLASH;
    this.#seen = seen;
    return true;
  }

  /** Moves to the next segment that is not empty; false if there is none, and the last one is at hand. */
  nextFilled(): boolean {
    while (this.next()) if (!this.isEmpty) return true;
    return false;
  }

  /** Between two slashes, or behind the last one. */
  get isEmpty(): boolean {
    return this.end === this.start;
  }

  get hasDot(): boolean {
    return (this.#seen & DOT) !== 0;
  }

  /**
   * Whether the segment is a number, a UUID, or at least 16 hex digits; an address with an `@` in it is one person's,
   * and a list with a `,` is put together by the caller, so these are ids too.
   */
  get isId(): boolean {
    const seen = this.#seen;
    if (seen === DIGIT) return true;
    if (seen < DASH) return this.end - this.start >= LONG_HEX;
    if ((seen & COMMA) !== 0) return true;
    if ((seen & AT) !== 0) return this.segment.includes('@', 1);
    return (seen & (DOT | OTHER)) === 0 && UUID.test(this.segment);
  }

  get segment(): string {
    return this.text.slice(this.start, this.end);
  }
}

function sortOf(code: number): number {
  return code < 128 ? (SORTS[code] ?? OTHER) : OTHER;
}

/** Where the path ends with which a text begins. */
export function endOfPath(text: string): number {
  const end = text.search(/[?#&]/);
  return end < 0 ? text.length : end;
}
