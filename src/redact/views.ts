import { Buffer } from 'node:buffer';

/** What takes the place of a secret. */
export const HIDDEN = '***';

/** URLs in parameters of URLs in parameters of URLs; JSON in JSON in JSON. */
export const MAX_LAYERS = 3;
const NAMED: Readonly<Record<string, string>> = {
  ...{ quot: '"', '#34': '"', '#39': "'", apos: "'", lt: '<', gt: '>', amp: '&', n: '\n', r: '\r', t: '\t' },
};
/** Percent-encoded UTF-8, one character at a time; entities of HTML; escapes of JSON and of property files; what is not seen. */
const ENCODED =
  /(?:%[0-7][0-9a-f]|%[c-d][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3})|&(quot|apos|lt|gt|amp|#34|#39);|\\u([0-9a-f]{4})|\\(["'`/\\=:nrt])|\p{Cf}/giu;
const MAY_BE_ENCODED = /%[0-9a-f]|&[#a-z]|\\|\p{Cf}/iu;

/**
 * A text as it was given, or with layers of encoding taken off. All views of a text share the marks on what was given:
 * what is hidden, and what was read as a statement, so that no rule for keys needs to look at it. Rules never read what
 * another one left of the text: a place is hidden if any of them hides it.
 */
export class View {
  readonly text: string;
  /** The text that was given. */
  readonly #given: View;
  readonly #hidden: Uint8Array;
  readonly #read: Uint8Array;
  /** What stands in a hidden place instead of `***`, by where it begins. */
  readonly #by = new Map<number, string | undefined>();
  /** Where each unit begins in the text that was given; `undefined` if this is it. */
  readonly #starts: readonly number[] | undefined;

  readonly #runs = new Map<RegExp, { readonly from: number; readonly end: number }>();

  constructor(text: string, given?: View, starts?: readonly number[]) {
    this.text = text;
    this.#given = given ?? this;
    this.#hidden = given === undefined ? new Uint8Array(text.length) : given.#hidden;
    this.#read = given === undefined ? new Uint8Array(text.length) : given.#read;
    this.#starts = starts;
  }

  /** Hides a place behind `***`; one that is not encoded behind `by`, if that is given. */
  hide(start: number, end: number, by?: string): void {
    if (end <= start) return;
    if (this.#given === this && !this.isHidden(start)) this.#by.set(start, by);
    this.#hidden.fill(1, this.#givenAt(start), this.#givenAt(end));
  }

  markRead(start: number, end: number): void {
    this.#read.fill(1, this.#givenAt(start), this.#givenAt(end));
  }

  isHidden(at: number): boolean {
    return this.#hidden[this.#givenAt(at)] === 1;
  }

  isRead(at: number): boolean {
    return this.#read[this.#givenAt(at)] === 1;
  }

  /** Whether a line ends between two places, and not only where an escape was decoded. */
  hasBreak(start: number, end: number): boolean {
    return /[\r\n]/.test(this.#given.text.slice(this.#givenAt(start), this.#givenAt(end)));
  }

  /** The match of a sticky expression at exactly this place. */
  matchAt(sticky: RegExp, at: number): RegExpExecArray | undefined {
    sticky.lastIndex = at;
    return sticky.exec(this.text) ?? undefined;
  }

  /** Every match of a global expression; where there is none, many times faster than `matchAll`. */
  matches(global: RegExp): readonly RegExpExecArray[] {
    const matches: RegExpExecArray[] = [];
    global.lastIndex = 0;
    for (let match = global.exec(this.text); match !== null; match = global.exec(this.text))
      matches.push(match);
    return matches;
  }

  /** Where a run of such units ends. One that begins inside the last one ends with it: so time stays linear. */
  endOf(run: RegExp, from: number): number {
    const last = this.#runs.get(run);
    if (last !== undefined && from >= last.from && from <= last.end) return last.end;
    const end = from + (this.matchAt(run, from)?.[0].length ?? 0);
    this.#runs.set(run, { from, end });
    return end;
  }

  /** The text that was given, as it may be shown. */
  get shown(): string {
    const { text } = this.#given;
    let out = '';
    let done = 0;
    for (let at = 0; at < text.length; at++) {
      if (this.#hidden[at] !== 1) continue;
      out += text.slice(done, at) + (this.#given.#by.get(at) ?? HIDDEN);
      while (this.#hidden[at] === 1) at++;
      done = at;
    }
    return out + text.slice(done);
  }

  /** The view without its outermost layer of encoding; `undefined` if it has none. */
  get decoded(): View | undefined {
    if (!MAY_BE_ENCODED.test(this.text)) return undefined;
    const starts: number[] = [];
    let done = 0;
    const text = this.text.replace(ENCODED, (...match) => {
      const at: number = match.at(-2);
      while (done < at) starts.push(this.#givenAt(done++));
      const plain = plainOf(match);
      for (let i = 0; i < plain.length; i++) starts.push(this.#givenAt(at));
      done = at + match[0].length;
      return plain;
    });
    if (done === 0) return undefined;
    while (done < this.text.length) starts.push(this.#givenAt(done++));
    return new View(text, this.#given, starts);
  }

  #givenAt(at: number): number {
    return this.#starts === undefined ? at : (this.#starts[at] ?? this.#given.text.length);
  }
}

function plainOf([encoded = '', entity, hex, escaped]: readonly (string | undefined)[]): string {
  const name = entity ?? escaped;
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? name;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (!encoded.startsWith('%')) return '';
  // Never throws, not even inside: an error costs more than a text.
  return Buffer.from(encoded.replaceAll('%', ''), 'hex').toString();
}
