/** What takes the place of a secret. */
export const HIDDEN = '***';

/** Takes a note of a place that is not to be seen, and of what stands there instead of `***`. */
export type Hide = (start: number, end: number, by?: string) => void;

const SECRET = 1;
const READ = 2;

/** What of a text is hidden, and what was read by a rule of its own, so that no other one needs to look at it. */
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
    if (by !== undefined && this.#units[start] !== SECRET) this.#by.set(start, by);
    this.#units.fill(SECRET, start, end);
  };

  /** Leaves what is hidden in it as it is. */
  markRead(start: number, end: number): void {
    for (let at = start; at < end; at++) this.#units[at] ||= READ;
  }

  /** Whether what stands there is hidden, or was read. */
  isDone(at: number): boolean {
    return this.#units[at] !== 0;
  }

  /** The text as it may be shown. */
  get shown(): string {
    let out = '';
    let done = 0;
    for (;;) {
      const start = this.#units.indexOf(SECRET, done);
      if (start < 0) return out + this.#text.slice(done);
      out += this.#text.slice(done, start) + (this.#by.get(start) ?? HIDDEN);
      done = start + 1;
      while (this.#units[done] === SECRET) done++;
    }
  }
}
