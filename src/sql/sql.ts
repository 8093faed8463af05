import { OPEN_BRACKET, SPACE, sortOf, WORD_PART } from './chars.ts';
import { SHAPE_UNITS, ShapeReader, type SqlShape } from './shape.ts';
import { COMMENT, END, NUMBER, QUOTED, SqlTokens, STRING } from './tokens.ts';

export type { SqlShape };

/**
 * What a statement of any SQL dialect does and with which tables; `undefined` where it does not begin with a
 * word. Never throws, and looks at no more than the first 4,096 characters.
 */
export function sqlShape(statement: string): SqlShape | undefined {
  const limit = Math.min(statement.length, SHAPE_UNITS);
  const tokens = new SqlTokens(statement, limit, true, false);
  const shape = new ShapeReader(tokens).read();
  if (!tokens.sawEscapedQuote || (tokens.isClear && !tokens.isGlued)) return shape;
  const plain = new SqlTokens(statement, limit, false, false);
  const plainShape = new ShapeReader(plain).read();
  return plain.isClear && !plain.isGlued ? plainShape : shape;
}

export interface MaskOptions {
  /** Whether `"…"` is text, as in MySQL by default, and no name. */
  readonly doubleQuotedIsText?: boolean;
}

/**
 * The statement with `?` for every literal and a space for every comment. Where the dialects disagree on what is
 * a literal and nothing in the text tells which one it is, the rest of the text becomes one `?`.
 */
export function maskSql(statement: string, { doubleQuotedIsText = false }: MaskOptions = {}): string {
  const { length } = statement;
  const tokens = new SqlTokens(statement, length, true, doubleQuotedIsText);
  const masked = maskTokens(tokens);
  if (tokens.doubtAt < 0) return masked;
  if (tokens.sawEscapedQuote) {
    const plain = new SqlTokens(statement, length, false, doubleQuotedIsText);
    const plainMasked = maskTokens(plain);
    if (tokens.isGlued !== plain.isGlued) return tokens.isGlued ? plainMasked : masked;
  } else if (tokens.isClear && !tokens.isGlued) return masked;
  return `${maskTokens(new SqlTokens(statement, tokens.doubtAt, true, doubleQuotedIsText))}?`;
}

function maskTokens(tokens: SqlTokens): string {
  const { text, limit } = tokens;
  let masked = '';
  let kept = 0;
  while (tokens.next() !== END) {
    const mask = maskOf(tokens);
    if (mask === undefined) continue;
    masked += text.slice(kept, tokens.start) + mask;
    kept = tokens.end;
  }
  return masked + text.slice(kept, limit);
}

function maskOf(tokens: SqlTokens): string | undefined {
  switch (tokens.kind) {
    case STRING:
    case NUMBER:
      return '?';
    case COMMENT:
      return ' ';
    case QUOTED:
      if (tokens.isUnclosed) return '?';
      return tokens.text.charCodeAt(tokens.start) === OPEN_BRACKET && !isPlainBracket(tokens)
        ? '[?]'
        : undefined;
    default:
      return undefined;
  }
}

/** `[Order Details]`; anything beyond words may be an array such as `[a, 'x']`. */
function isPlainBracket({ text, start, end }: SqlTokens): boolean {
  for (let at = start + 1; at < end - 1; at++) {
    if ((sortOf(text.charCodeAt(at)) & (WORD_PART | SPACE)) === 0) return false;
  }
  return true;
}
