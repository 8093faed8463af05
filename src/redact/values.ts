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
const ELEMENT_END = /<|\]\]>/g;
const SCHEME = /(?:bearer|basic|digest|negotiate|token)[^\S\r\n]+(?=\w)/iy;
/** From the quote that opens up to the one that closes, if there is one; SQL doubles them. */
const QUOTED = /(["'`])(?:(?!\1)[^\\]|\\[\s\S]|\1\1)*|[“「『【][^”」』】\r\n]*/y;
const QUOTE_BEFORE = /(?<=(\\*["'`]))/y;
const PART_OF_NESTED = /[^"'[\]{}]+|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|[[\]{}]/y;
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

  /** A value without quotes, with a scheme before it: `Digest abc`; in a query up to the next parameter, quotes or not. */
  bare(from: number, inQuery: boolean): Value {
    const start = /["'`]/.test(this.#text.charAt(from)) ? from + 1 : from;
    const scheme = matchAt(SCHEME, this.#text, start)?.[0].length ?? 0;
    let end = this.#end(inQuery ? QUERY_END : BARE_END, start + scheme);
    if ('<({['.includes(this.#text.charAt(start))) return { start, end };
    while (end > start && TRAILING.includes(this.#text.charAt(end - 1))) end--;
    return { start, end };
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
    let end = from;
    do {
      const part = matchAt(PART_OF_NESTED, this.#text, end)?.[0] ?? '';
      depth += /^[[{]$/.test(part) ? 1 : /^[\]}]$/.test(part) ? -1 : 0;
      end += part.length;
    } while (depth > 0 && end < this.#text.length);
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
    const opening = matchAt(/[^\S\r\n]*(?:[|>][+-]?\d?)?[^\S\r\n]*\r?\n/y, text, from);
    if (opening === undefined) return undefined;
    const before = text.slice(text.lastIndexOf('\n', keyStart - 1) + 1, keyStart);
    if (before.length > 200 || !/^[\s"'-]*$/.test(before)) return undefined;
    const deeper = `[^\\S\\r\\n]{${before.search(/[^\s-]|$/) + 1},}(?!at )\\S.*$`;
    const first = from + opening[0].length;
    const lines = matchAt(new RegExp(`\\s*?^${deeper}(?:\\s+?^${deeper})*`, 'my'), text, first)?.[0];
    if (lines === undefined) return undefined;
    return { start: first + lines.search(/\S/), end: first + lines.trimEnd().length };
  }

  #end(stop: RegExp, from: number): number {
    const last = this.#ends.get(stop);
    if (last !== undefined && from >= last.from && from <= last.end) return last.end;
    const end = indexOf(stop, this.#text, from);
    this.#ends.set(stop, { from, end });
    return end;
  }
}
