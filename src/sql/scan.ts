import {
  BACKSLASH,
  CARRIAGE_RETURN,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  GREATER,
  HASH,
  isAt,
  LETTER,
  LINE_FEED,
  LOWER_E,
  MINUS,
  NUMBER_PART,
  PLUS,
  QUOTE,
  SLASH,
  STAR,
  sortAt,
  sortOf,
  TO_LOWER,
  WORD_PART,
} from './chars.ts';

/** `$1`, `:1` and `?1` are placeholders up to this many digits, and beyond it numbers behind an operator. */
const PLACEHOLDER_DIGITS = 5;

// Where a token ends that begins at `start`, or -1 where it does not end before `limit`. Each looks at a
// character a bounded number of times.

function endOfRun(text: string, limit: number, start: number, sorts: number): number {
  let at = start;
  while (at < limit && (sortOf(text.charCodeAt(at)) & sorts) !== 0) at++;
  return at;
}

/** `1`, `1_000`, `1.5e-3`, `0xFF`, also `12px`: whatever clings to the digits belongs to them. */
export function endOfNumber(text: string, limit: number, start: number): number {
  let at = start + 1;
  while (at < limit) {
    const code = text.charCodeAt(at);
    const isPart = code === DOT || (sortOf(code) & NUMBER_PART) !== 0;
    if (!isPart && !isSignOfExponent(text, limit, at)) break;
    at++;
  }
  return at;
}

function isSignOfExponent(text: string, limit: number, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== PLUS && code !== MINUS) return false;
  return (text.charCodeAt(at - 1) | TO_LOWER) === LOWER_E && sortAt(text, limit, at + 1) === DIGIT;
}

/** Behind the quote `close`, which stands for itself where it is doubled or, perhaps, behind a backslash. */
export function endOfQuoted(
  text: string,
  limit: number,
  open: number,
  close: number,
  escapes: boolean,
): number {
  let at = open + 1;
  while (at < limit) {
    const code = text.charCodeAt(at++);
    if (code === BACKSLASH && escapes) at++;
    else if (code === close) {
      if (!isAt(text, limit, at, close)) return at;
      at++;
    }
  }
  return -1;
}

/** `q'[it's]'` of Oracle: any character may stand beside the quotes, brackets in pairs. */
export function endOfOracleQuoted(text: string, limit: number, open: number): number {
  const pair = '[{(<'.indexOf(text.charAt(open));
  const close = pair < 0 ? text.charCodeAt(open) : ']})>'.charCodeAt(pair);
  for (let at = open + 1; at < limit; at++) {
    if (text.charCodeAt(at) === close && isAt(text, limit, at + 1, QUOTE)) return at + 2;
  }
  return -1;
}

/** The end of `$$` or `$tag$`, which opens a string. */
export function endOfDollarTag(text: string, limit: number, start: number): number {
  const end = endOfRun(text, limit, start + 1, NUMBER_PART);
  return isAt(text, limit, end, DOLLAR) && sortAt(text, limit, start + 1) !== DIGIT ? end + 1 : -1;
}

/**
 * `$$…$$`, `$tag$…$tag$`. A tag holds no `$` inside, so that nothing of what matched in part can be the begin of
 * a match.
 */
export function endOfDollarQuoted(text: string, limit: number, start: number, tagEnd: number): number {
  const tagLength = tagEnd - start;
  let at = tagEnd;
  while (at < limit) {
    let alike = 0;
    while (alike < tagLength && isAt(text, limit, at + alike, text.charCodeAt(start + alike))) alike++;
    if (alike === tagLength) return at + tagLength;
    at += Math.max(alike, 1);
  }
  return -1;
}

/** `$1`, `:name`, `@p1`, `@@rowcount`; not the `:20` of `x[1:20]`, nor an amount of money such as `$1.50`. */
export function endOfPlaceholder(text: string, limit: number, start: number, isSlice: boolean): number {
  const digitsEnd = endOfRun(text, limit, start + 1, DIGIT);
  const digits = digitsEnd - start - 1;
  if (digits === 0) {
    const end = endOfRun(text, limit, start + 1, WORD_PART);
    return end === start + 1 ? -1 : end;
  }
  const goesOn = (sortAt(text, limit, digitsEnd) & WORD_PART) !== 0 || isAt(text, limit, digitsEnd, DOT);
  return goesOn || isSlice || digits > PLACEHOLDER_DIGITS ? -1 : digitsEnd;
}

/** `#>`, `#>>` and `#-` of PostgreSQL. */
export function isHashOperator(text: string, limit: number, start: number): boolean {
  if (isAt(text, limit, start + 1, GREATER)) return true;
  return isAt(text, limit, start + 1, MINUS) && !isAt(text, limit, start + 2, MINUS);
}

/** `#temp` and `##temp` of SQL Server. */
export function endOfTempTable(text: string, limit: number, start: number): number {
  const name = isAt(text, limit, start + 1, HASH) ? start + 2 : start + 1;
  return sortAt(text, limit, name) === LETTER ? endOfRun(text, limit, name, WORD_PART) : -1;
}

export function endOfLine(text: string, limit: number, start: number): number {
  let at = start;
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) break;
    at++;
  }
  return at;
}

/** A comment with `/*` inside, which nests in PostgreSQL and not in MySQL. */
export function endOfComment(text: string, limit: number, start: number, nests: boolean): number {
  let depth = 1;
  let at = start + 2;
  while (at < limit) {
    const code = text.charCodeAt(at++);
    if (code === STAR && isAt(text, limit, at, SLASH)) {
      at++;
      depth--;
      if (depth === 0 || !nests) return at;
    } else if (code === SLASH && isAt(text, limit, at, STAR)) {
      at++;
      depth++;
    }
  }
  return -1;
}

/** Whether a backslash escapes a quote like the one at `open`, where backslashes escape. */
export function holdsEscapedQuote(text: string, open: number, end: number): boolean {
  const quote = text.charCodeAt(open);
  for (let at = open + 1; at < end - 1; at++) {
    if (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(++at) === quote) return true;
  }
  return false;
}

export function holdsQuote(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === DOUBLE_QUOTE) return true;
  }
  return false;
}
