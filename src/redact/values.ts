import type { View } from './views.ts';

/** Where a value begins and ends in a text, and what takes its place if not `***`. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly by?: string;
}

/** A scheme in front of a token: `Digest abc`; a tag or an anchor of YAML: `!secret abc`. */
const BEFORE_BARE =
  /(?:bearer|basic|digest|negotiate|token)[^\S\r\n]+(?=\w)|(?<=:\s*)[!&][\w!.-]+[^\S\r\n]+/iy;
// A quote before a letter or digit is an apostrophe or part of a password, not an end.
const QUERY = /(?:[^&;#\s"'`]|["'`](?=\w))*/y;
// A comma ends a value only where something new begins: a password may hold one.
const BARE =
  /(?:[^&;\s，。；！？、）】」』”"'`<,]|["'`](?=\w)|<(?!\/)|,(?!\s|$|["'`{[]|[\w.-]+["'`]?\s*[=:]))*/y;
/** What may follow a value without a break: `(token=x).`, but `token=<x>` is whole. */
const TRAILING = ')]}>.,:\\';
/** The last of them is that of lists, see `Redactor.list`. */
const LINE = /[^\r\n\u2028]*/y;
/** From the quote that opens up to the one that closes, if there is one; SQL doubles them. */
const QUOTED = /(["'`])(?:(?!\1)[^\\]|\\[\s\S]|\1\1)*|[“「『【][^”」』】\r\n]*/y;
const QUOTE_BEFORE = /(?<=(\\*["'`]))/y;
const PART_OF_NESTED = /[^"'[\]{}]+|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|[[\]{}]/y;

/** A value without quotes; in a query up to the next parameter, quotes or not. */
export function bareValue(view: View, from: number, inQuery: boolean): Value {
  const start = /["'`]/.test(view.text.charAt(from)) ? from + 1 : from;
  const before = view.matchAt(BEFORE_BARE, start)?.[0].length ?? 0;
  let end = view.endOf(inQuery ? QUERY : BARE, start + before);
  if ('<({['.includes(view.text.charAt(start))) return { start, end };
  while (end > start && TRAILING.includes(view.text.charAt(end - 1))) end--;
  return { start, end };
}

/** What is between quotes, escaped ones included; up to the end of the text where they are not closed. */
export function quotedValue(view: View, from: number): Value | undefined {
  const quoted = view.matchAt(QUOTED, from)?.[0];
  if (quoted === undefined) return undefined;
  const end = from + quoted.length;
  if (end === view.text.length || !view.hasBreak(from + 1, end)) return { start: from + 1, end };
  // Over several lines the quote that closes may well be one that opens, right behind another key.
  return { start: from + 1, end: view.endOf(LINE, end), by: `***${view.text.charAt(from)}` };
}

/** An object or array with all it holds. In its place stands a quoted value, so that JSON stays JSON. */
export function nestedValue(view: View, from: number, quote: string): Value | undefined {
  if (!/[[{]/.test(view.text.charAt(from))) return undefined;
  let depth = 0;
  let end = from;
  do {
    const part = view.matchAt(PART_OF_NESTED, end)?.[0] ?? '';
    depth += /^[[{]/.test(part) ? 1 : /^[\]}]/.test(part) ? -1 : 0;
    end += part.length;
  } while (depth > 0 && end < view.text.length);
  // As with quotes, a bracket on another line may be somebody else's.
  const isOneLine = !view.hasBreak(from, end);
  return { start: from, end: isOneLine ? end : view.endOf(LINE, end), by: `${quote}***${quote}` };
}

/** The rest of the line, or of the quotes that opened right before the key. */
export function restOfLine(view: View, from: number, keyStart: number): Value {
  const line = view.text.slice(from, view.endOf(LINE, from));
  const quote = view.matchAt(QUOTE_BEFORE, keyStart)?.[1];
  const closed = quote === undefined ? -1 : line.indexOf(quote);
  return { start: from, end: from + (closed < 0 ? line.length : closed) };
}
