/** Where a value begins and ends in a text, and what takes its place. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

export const HIDDEN = '***';

// A quote before a letter or digit is an apostrophe or part of a password, not an end.
const QUERY_END = /[&;#\s]|["'`](?!\w)/g;
// A comma ends a value only where something new begins: a password may hold one.
const BARE_END = /[&;\s，。；！？、）】」』”]|["'`](?!\w)|<\/|,(?=\s|$|["'`{[]|[\w.-]+["'`]?\s*[=:])/g;
/** The last of them is that of lists, see `Redactor.list`. */
const LINE_END = /[\r\n\u2028]/g;
const SCHEME = /(?:bearer|basic|digest|negotiate|token)[^\S\r\n]+(?=\w)/iy;
const OPENING_QUOTE = /\\*["'`]|[“「『]/y;
const CLOSING: Readonly<Record<string, RegExp>> = { '“': /[”\r\n]/g, '「': /[」\r\n]/g, '『': /[』\r\n]/g };
const QUOTE_BEFORE = /(?<=(\\*["'`]))/y;
const QUOTE = /["'`]/g;
const QUOTE_OR_BRACKET = /["'`[\]{}]/g;
/** What may follow a value without a break: `(token=x).`, but `token=<x>` is whole. */
const TRAILING = ')]}>.,:\\';

/** The value of a query parameter: up to the next one, quotes or not. */
export function queryValue(text: string, from: number): Extent {
  return valueUpTo(QUERY_END, text, /["'`]/.test(text.charAt(from)) ? from + 1 : from);
}

/** A value without quotes, together with a scheme before it: `Digest abc`. */
export function bareValue(text: string, from: number): Extent {
  return valueUpTo(BARE_END, text, from);
}

/** What is between quotes, `\"` and the like included; up to the end of the text where they are not closed. */
export function quotedValue(text: string, from: number): Extent | undefined {
  const quote = matchAt(OPENING_QUOTE, text, from)?.[0];
  if (quote === undefined) return undefined;
  const start = from + quote.length;
  const wide = CLOSING[quote];
  if (wide !== undefined) return extent(start, indexOf(wide, text, start));
  // Hidden before: a quote right behind it doubles nothing.
  if (text.startsWith(HIDDEN + quote, start)) return extent(start, start);
  const end = closingQuote(text, start, quote);
  if (end === text.length || isOneLine(text, start, end)) return extent(start, end);
  // Over several lines the quote that closes may well be one that opens, right behind another key.
  return { start, end: indexOf(LINE_END, text, end), by: HIDDEN + quote };
}

/** An object or array with all it holds. In its place stands a quoted value, so that JSON stays JSON. */
export function nestedValue(text: string, from: number, quote: string): Extent | undefined {
  if (text[from] !== '{' && text[from] !== '[') return undefined;
  const closed = closingBracket(text, from);
  // As with quotes, a bracket on another line may be somebody else's.
  const end = isOneLine(text, from, closed) ? closed : indexOf(LINE_END, text, closed);
  return { start: from, end, by: quote + HIDDEN + quote };
}

/** The rest of the line, or of the quotes that opened right before the key. */
export function restOfLine(text: string, from: number, keyStart: number): Extent {
  const quote = matchAt(QUOTE_BEFORE, text, keyStart)?.[1];
  const closed = quote === undefined ? undefined : closingQuote(text, from, quote);
  const isClosed = closed !== undefined && isOneLine(text, from, closed);
  return extent(from, isClosed ? closed : indexOf(LINE_END, text, from));
}

/** The lines behind a key of YAML that are indented deeper than it: `password: |`, then the value. */
export function indentedValue(text: string, from: number, keyStart: number): Extent | undefined {
  const opening = matchAt(/[^\S\r\n]*(?:[|>][+-]?\d?)?[^\S\r\n]*\r?\n/y, text, from)?.[0].length;
  if (opening === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
  const before = text.slice(lineStart, keyStart);
  if (before.length > 200 || !/^[\s"'-]*$/.test(before)) return undefined;
  const deeper = new RegExp(
    `(?:[^\\S\\r\\n]{${before.search(/[^\s-]|$/) + 1},}(?!at )\\S.*(?:\\r?\\n|$)|[^\\S\\r\\n]*\\r?\\n)+`,
    'y',
  );
  const start = from + opening;
  const lines = matchAt(deeper, text, start)?.[0] ?? '';
  return lines.trim() === '' ? undefined : extent(start + lines.search(/\S/), start + lines.trimEnd().length);
}

function valueUpTo(stop: RegExp, text: string, from: number): Extent {
  const scheme = matchAt(SCHEME, text, from)?.[0].length ?? 0;
  let end = indexOf(stop, text, from + scheme);
  if ('<({['.includes(text.charAt(from))) return extent(from, end);
  while (end > from && TRAILING.includes(text.charAt(end - 1))) end--;
  return extent(from, end);
}

/**
 * Where the quotes opened by `quote` close: at as many backslashes as they opened with, counted modulo what
 * an escaped quote inside them would have; at fewer, the text around has ended. Doubled quotes (SQL) go on.
 */
function closingQuote(text: string, from: number, quote: string): number {
  const mark = quote.at(-1);
  const depth = quote.length - 1;
  QUOTE.lastIndex = from;
  for (let found = QUOTE.exec(text); found !== null; found = QUOTE.exec(text)) {
    const at = found.index;
    if (found[0] !== mark) continue;
    const slashes = backslashesBefore(text, at, from);
    if (slashes < depth) return at - slashes;
    if (slashes % (2 * depth + 2) !== depth) continue;
    if (depth > 0 || text[at + 1] !== mark) return at - depth;
    QUOTE.lastIndex = at + 2;
  }
  return text.length;
}

function closingBracket(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    at = indexOf(QUOTE_OR_BRACKET, text, at);
    const mark = text.charAt(at);
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
    else at = pastQuotes(text, at, from);
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The last unit of the quotes that open at `at`. */
function pastQuotes(text: string, at: number, floor: number): number {
  const quote = text.slice(at - backslashesBefore(text, at, floor), at + 1);
  return closingQuote(text, at + 1, quote) + quote.length - 1;
}

/** Looks no further than `end`: over a whole text of short values it would add up. */
function isOneLine(text: string, start: number, end: number): boolean {
  return !/[\r\n]/.test(text.slice(start, end));
}

function backslashesBefore(text: string, at: number, floor: number): number {
  let first = at;
  while (first > floor && text[first - 1] === '\\') first--;
  return at - first;
}

function extent(start: number, end: number): Extent {
  return { start, end, by: HIDDEN };
}

/** The match of a sticky expression at exactly this place. */
export function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text) ?? undefined;
}

/** Where a global expression first matches; the length of the text where it does not. */
export function indexOf(global: RegExp, text: string, from: number): number {
  global.lastIndex = from;
  return global.exec(text)?.index ?? text.length;
}
