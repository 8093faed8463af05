/** What takes the place of a secret. */
export const HIDDEN = '***';

/** Takes a note of a place that is not to be seen, and of what stands there instead of `***`. */
export type Hide = (start: number, end: number, by?: string) => void;

const SECRET = 1;
const READ = 2;

/**
 * What of a text is hidden, and what was read as a statement, so that no rule for keys needs to look at it. Rules read
 * the text as it was given, never what another one left of it: a place is hidden if any of them hides it.
 */
export class Hidden {
  readonly #text: string;
  readonly #units: Uint8Array;
  readonly #by = new Map<number, string>();

  constructor(text: string) {
    this.#text = text;
    this.#units = new Uint8Array(text.length);
  }

  readonly hide: Hide = (start, end, by) => {
    if (end <= start) return;
    if (by !== undefined && !this.isHidden(start)) this.#by.set(start, by);
    this.#mark(SECRET, start, end);
  };

  markRead(start: number, end: number): void {
    this.#mark(READ, start, end);
  }

  isHidden(at: number): boolean {
    return ((this.#units[at] ?? 0) & SECRET) !== 0;
  }

  isRead(at: number): boolean {
    return ((this.#units[at] ?? 0) & READ) !== 0;
  }

  #mark(bit: number, start: number, end: number): void {
    for (let at = start; at < end; at++) this.#units[at] = (this.#units[at] ?? 0) | bit;
  }

  /** The text as it may be shown. */
  get shown(): string {
    const { length } = this.#text;
    let out = '';
    let done = 0;
    for (let at = 0; at < length; at++) {
      if (!this.isHidden(at)) continue;
      out += this.#text.slice(done, at) + (this.#by.get(at) ?? HIDDEN);
      while (this.isHidden(at)) at++;
      done = at;
    }
    return out + this.#text.slice(done);
  }
}
