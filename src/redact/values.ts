import { indexOf, matchAt } from './matches.ts';
import type { View } from './views.ts';

/** Where a value begins and ends in a text, and what takes its place if not `***`. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly by?: string;
}

// A quote before a letter or digit is an apostrophe or part of a password, not an end.
const QUERY_END = /[&;#\s]|["'`](?!\w)/g;
// A comma ends a value only where something new begins: a password may hold one.
const BARE_END = /[&;\s，。；！？、）】」』”]|["'`](?!\w)|<\/|,(?=\s|$|["'`{[]|[\w.-]+["'`]?\s*[=:])/g;
/** The last of them is that of lists, see `Redactor.list`. */
const LINE_END = /[\r\n\u2028]/g;
const LINE = /([^\S\r\n]*)(.*?)[^\S\r\n]*(?:\r?\n|\r|$)/y;
const ELEMENT_END = /<|\]\]>/g;
const SCHEME = /(?:bearer|basic|digest|negotiate|token)[^\S\r\n]+(?=\w)/iy;
/** From the quote that opens up to the one that closes, if there is one; SQL doubles them. */
const QUOTED = /(["'`])(?:(?!\1)[^\\]|\\[\s\S]|\1\1)*|[“「『【][^”」』】\r\n]*/y;
const QUOTE_BEFORE = /(?<=(\\*["'`]))/y;
const PART_OF_NESTED = /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|[[\]{}]/g;
/** What may follow a value without a break: `(token=x).`, but `token=<x>` is whole. */
const TRAILING = ')]}>.,:\\';

/** Reads the values of one text. What ends one is looked for once, so that time stays linear. */
export class ValueReader {
  readonly #view: View;
  readonly #text: string;
  /** Where an expression was looked for last, and where it was found. */
  readonly #ends = new Map<RegExp, { readonly from: number; readonly end: number }>();
  #nestedEnd = 0;

  constructor(view: View) {
    this.#view = view;
    this.#text = view.text;
  }

  /** The value of a query parameter: up to the next one, quotes or not. */
  inQuery(from: number): Value {
    return this.#upTo(QUERY_END, /["'`]/.test(this.#text.charAt(from)) ? from + 1 : from);
  }

  /** A value without quotes, together with a scheme before it: `Digest abc`. */
  bare(from: number): Value {
    return this.#upTo(BARE_END, from);
  }

  /** What is between quotes, escaped ones included; up to the end of the text where they are not closed. */
  quoted(from: number): Value | undefined {
    const quoted = matchAt(QUOTED, this.#text, from)?.[0];
    if (quoted === undefined) return undefined;
    const start = from + 1;
    const end = from + quoted.length;
    if (end === this.#text.length || !this.#view.hasBreak(start, end)) return { start, end };
    // Over several lines the quote that closes may well be one that opens, right behind another key.
    return { start, end: this.#end(LINE_END, end), by: `***${quoted.charAt(0)}` };
  }

  /**
   * An object or array with all it holds. In its place stands a quoted value, so that JSON stays JSON. One inside
   * another that was read is no longer than it.
   */
  nested(from: number, quote: string): Value | undefined {
    if (from < this.#nestedEnd || !/[[{]/.test(this.#text.charAt(from))) return undefined;
    let depth = 0;
    let end = this.#text.length;
    PART_OF_NESTED.lastIndex = from;
    for (let part = PART_OF_NESTED.exec(this.#text); part !== null; part = PART_OF_NESTED.exec(this.#text)) {
      depth += /[[{]/.test(part[0].charAt(0)) ? 1 : /[\]}]/.test(part[0].charAt(0)) ? -1 : 0;
      if (depth > 0) continue;
      end = PART_OF_NESTED.lastIndex;
      break;
    }
    // As with quotes, a bracket on another line may be somebody else's.
    const isOneLine = !this.#view.hasBreak(from, end);
    this.#nestedEnd = isOneLine ? end : this.#end(LINE_END, end);
    return { start: from, end: this.#nestedEnd, by: `${quote}***${quote}` };
  }

  /** The rest of the line, or of the quotes that opened right before the key. */
  restOfLine(from: number, keyStart: number): Value {
    const lineEnd = this.#end(LINE_END, from);
    const quote = matchAt(QUOTE_BEFORE, this.#text, keyStart)?.[1];
    const closed = quote === undefined ? -1 : this.#text.slice(0, lineEnd).indexOf(quote, from);
    return { start: from, end: closed < 0 ? lineEnd : closed };
  }

  /** The text of an element of XML: up to the next tag. */
  element(from: number): Value {
    const start = this.#text.startsWith('<![CDATA[', from) ? from + 9 : from;
    return { start, end: this.#end(ELEMENT_END, start) };
  }

  /** The lines behind a key of YAML that are indented deeper than it: `password: |`, then the value. */
  indented(from: number, keyStart: number): Value | undefined {
    const text = this.#text;
    const opening = matchAt(/[^\S\r\n]*(?:[|>][+-]?\d?)?[^\S\r\n]*\r?\n/y, text, from)?.[0].length;
    if (opening === undefined) return undefined;
    const before = text.slice(text.lastIndexOf('\n', keyStart - 1) + 1, keyStart);
    if (before.length > 200 || !/^[\s"'-]*$/.test(before)) return undefined;
    const indent = before.search(/[^\s-]|$/) + 1;
    let first: number | undefined;
    let end = 0;
    for (let at = from + opening; at < text.length; ) {
      const [line = '', space = '', shown = ''] = matchAt(LINE, text, at) ?? [];
      if (shown !== '' && (space.length < indent || shown.startsWith('at '))) break;
      if (shown !== '') first ??= at + space.length;
      if (shown !== '') end = at + space.length + shown.length;
      at += line.length;
    }
    return first === undefined ? undefined : { start: first, end };
  }

  #upTo(stop: RegExp, from: number): Value {
    const scheme = matchAt(SCHEME, this.#text, from)?.[0].length ?? 0;
    let end = this.#end(stop, from + scheme);
    if ('<({['.includes(this.#text.charAt(from))) return { start: from, end };
    while (end > from && TRAILING.includes(this.#text.charAt(end - 1))) end--;
    return { start: from, end };
  }

  #end(stop: RegExp, from: number): number {
    const last = this.#ends.get(stop);
    if (last !== undefined && from >= last.from && from <= last.end) return last.end;
    const end = indexOf(stop, this.#text, from);
    this.#ends.set(stop, { from, end });
    return end;
  }
}
