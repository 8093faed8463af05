import { type Literal, Mask } from './mask.ts';
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
  const tokens = new SqlTokens(text, true);
  const shape = new ShapeReader(tokens, isCut).read();
  if (!text.includes('\\')) return shape;
  tokens.readAll();
  if (!tokens.sawEscapedQuote || tokens.isSure) return shape;
  const plain = new SqlTokens(text, false);
  const plainShape = new ShapeReader(plain, isCut).read();
  plain.readAll();
  return plain.isSure ? plainShape : shape;
}

/** What `"…"` is: a name, text, or the one or the other by the place where it stands. */
export type DoubleQuotes = 'name' | 'text' | 'by place';

/**
 * The literals of a statement: text, numbers, comments, passwords in any quoting or none, and the data behind COPY,
 * FORMAT and VALUES. Where the dialects disagree on what is a literal and nothing in the text tells which one it is,
 * the rest of the text is one. Time is linear in the length.
 */
export function sqlLiterals(statement: string, doubleQuotes: DoubleQuotes = 'by place'): Literal[] {
  const read = (escapes: boolean) => {
    const tokens = new SqlTokens(statement, escapes, doubleQuotes === 'text');
    return { tokens, literals: new Mask(tokens, doubleQuotes === 'by place').literals() };
  };
  const { tokens, literals } = read(true);
  const { doubtAt } = tokens;
  if (doubtAt < 0) return literals;
  if (tokens.sawEscapedQuote) {
    const plain = read(false);
    if (tokens.isGlued !== plain.tokens.isGlued) return tokens.isGlued ? plain.literals : literals;
  } else if (tokens.isSure) return literals;
  return [
    ...literals.filter(({ end }) => end <= doubtAt),
    { start: doubtAt, end: statement.length, by: '?' },
  ];
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
