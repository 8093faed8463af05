import { type DoubleQuotes, type Literal, Mask } from './mask.ts';
import { ShapeReader, type SqlShape } from './shape.ts';
import { SqlTokens } from './tokens.ts';

export type { SqlShape };

/** A statement is read so far. */
const SHAPE_UNITS = 4_096;

/**
 * What a statement of any SQL dialect does and with which tables; `undefined` where it does not begin with a
 * word. Never throws, and looks at no more than the first 4,096 characters.
 */
export function sqlShape(statement: string): SqlShape | undefined {
  const isCut = statement.length > SHAPE_UNITS;
  const text = isCut ? statement.slice(0, SHAPE_UNITS) : statement;
  return readingOf(text, false, (tokens) => new ShapeReader(tokens, isCut).read()).found;
}

/**
 * The literals of a statement: text, numbers, comments, passwords in any quoting or none, and the data behind COPY,
 * FORMAT and VALUES. Where the dialects disagree on what is a literal and nothing in the text tells which one it is,
 * the rest of the text is one. Time is linear in the length.
 */
export function sqlLiterals(statement: string, doubleQuotes: DoubleQuotes = 'by place'): Literal[] {
  const find = (tokens: SqlTokens) => new Mask(tokens, doubleQuotes).literals();
  const { found, doubtAt } = readingOf(statement, doubleQuotes === 'text', find);
  if (doubtAt === statement.length) return found;
  return [...found.filter(({ end }) => end <= doubtAt), { start: doubtAt, end: statement.length, by: '?' }];
}

/** The statement with `?` for every literal and a space for every comment. */
export function maskSql(statement: string, doubleQuotes?: DoubleQuotes): string {
  let done = 0;
  let out = '';
  for (const { start, end, by } of sqlLiterals(statement, doubleQuotes)) {
    out += statement.slice(done, start) + by;
    done = end;
  }
  return out + statement.slice(done);
}

/**
 * What is found if a backslash escapes a quote, as in MySQL, or if not, as in PostgreSQL, where this fits better; and
 * where the text begins that may as well be read otherwise; its end if nothing may.
 */
function readingOf<T>(text: string, triples: boolean, find: (tokens: SqlTokens) => T) {
  const read = (escapes: boolean) => {
    const tokens = new SqlTokens(text, escapes, triples);
    const found = find(tokens);
    if (text.includes('\\')) while (tokens.next() !== 'end');
    return { found, tokens };
  };
  const escaping = read(true);
  const { sawEscapedQuote, isSure, isGlued, isUnclosed, doubtAt } = escaping.tokens;
  const { length } = text;
  if (!sawEscapedQuote) return { found: escaping.found, doubtAt: isSure ? length : doubtAt };
  const plain = read(false);
  if (plain.tokens.isGlued !== isGlued) return { found: (isGlued ? plain : escaping).found, doubtAt: length };
  return { found: (isUnclosed && !plain.tokens.isUnclosed ? plain : escaping).found, doubtAt };
}
