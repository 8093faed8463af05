import { OPEN_BRACKET, SPACE, sortOf, WORD_PART } from './sql-chars.ts';
import { SHAPE_UNITS, ShapeReader, type SqlShape } from './sql-shape.ts';
import { COMMENT, END, NUMBER, QUOTED, SqlTokens, STRING } from './sql-tokens.ts';

export type { SqlShape };

/**
 * What a statement of any SQL dialect does and with which tables; `undefined` where it does not begin with a
 * word. Never throws, and looks at no more than the first 4,096 characters.
 */
export function sqlShape(statement: string): SqlShape | undefined {
  const limit = Math.min(statement.length, SHAPE_UNITS);
  const tokens = new SqlTokens(statement, limit, true, false);
  const shape = new ShapeReader(tokens).read();
  if (!tokens.isDoubtful) return shape;
  const other = new SqlTokens(statement, limit, false, false);
  const otherShape = new ShapeReader(other).read();
  return other.isClear ? otherShape : shape;
}

export interface MaskOptions {
  /** Whether `"…"` is text, as in MySQL by default, and no name. */
  readonly doubleQuotedIsText?: boolean;
}

/**
 * The statement with `?` for every literal and a space for every comment. What may be a literal by the rules of
 * any dialect is taken for one: where the text is cut off so that this cannot be told, the rest becomes `?`.
 */
export function maskSql(statement: string, { doubleQuotedIsText = false }: MaskOptions = {}): string {
  const tokens = new SqlTokens(statement, statement.length, true, doubleQuotedIsText);
  const masked = maskTokens(tokens);
  if (!tokens.isDoubtful) return masked;
  const other = new SqlTokens(statement, statement.length, false, doubleQuotedIsText);
  const otherMasked = maskTokens(other);
  if (other.isClear) return otherMasked;
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
