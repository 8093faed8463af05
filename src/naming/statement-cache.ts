const SLOTS = 256;
/** Longer statements are not kept. */
const UNITS = 2_048;

/** What is between the quotes of a name in which nothing looks like a literal. */
const NAME = String.raw`[\w.]*(?:(?: |->)[A-Za-z_][\w.]*)*`;
const QUOTED = String.raw`"${NAME}"|\x60${NAME}\x60|\[${NAME}\](?!\])|'(?<![qQ]')[^'\\]*'`;
/** With what tools add to a statement: `/*traceparent='00-…'*\/`. */
const COMMENT = String.raw`/\*[^*'"\x60\\\0\x01]*(?:'[^'*\\]*'[^*'"\x60\\\0\x01]*)*\*/`;
const OTHERS = String.raw`[^'"\x60[\\#$\-/\0\x01]*`;
/** In all else, such as other comments, escapes and `$$…$$`, only a reader of SQL can tell what is a literal. */
const PLAIN = new RegExp(String.raw`^${OTHERS}(?:(?:${QUOTED}|${COMMENT}|\$\d|-(?!-)|/(?!\*))${OTHERS})*$`);
/** Texts and numbers, which become NUL, but not the digits of `t1`, `$1`, `"1"`, `2024_orders` and `1e-3`. */
const LITERALS = /'[^']*'|\d(?<![\w$@?.#"`[\x80-\uffff]\d|[\d.][eE][+-]\d)[\d.]*(?![\w.\x80-\uffff])/g;
const COMMENTS = /\/\*[^*]*\*\//g;

/**
 * Keeps what was made of statements, bounded, for those that come again and for those that differ from them in their
 * literals only.
 */
export class StatementCache<T extends object> {
  readonly #make: (statement: string) => T;
  readonly #same = new Slots<T>();
  readonly #alike = new Slots<T>();

  /** @param make makes the same of all statements that differ in their literals only. */
  constructor(make: (statement: string) => T) {
    this.#make = make;
  }

  of(statement: string): T {
    if (statement.length > UNITS) return this.#make(statement);
    const same = this.#same.get(statement);
    if (same !== undefined) return same;
    const pattern = patternOf(statement);
    const alike = pattern === undefined ? undefined : this.#alike.get(pattern);
    if (alike !== undefined) return alike;
    const made = this.#make(statement);
    this.#same.set(statement, made);
    if (pattern !== undefined) this.#alike.set(pattern, made);
    return made;
  }
}

/** Found by their length and some characters; a Map would hash every text whole. */
class Slots<T> {
  readonly #slots = new Array<{ readonly text: string; readonly value: T } | undefined>(SLOTS).fill(
    undefined,
  );

  get(text: string): T | undefined {
    const slot = this.#slots[slotOf(text)];
    return slot?.text === text ? slot.value : undefined;
  }

  set(text: string, value: T): void {
    this.#slots[slotOf(text)] = { text, value };
  }
}

/** The statement without the values in it, if it is plain. */
function patternOf(statement: string): string | undefined {
  if (!PLAIN.test(statement)) return undefined;
  const pattern = statement.replace(LITERALS, '\0');
  return pattern.includes('/*') ? pattern.replace(COMMENTS, '\x01') : pattern;
}

function slotOf(text: string): number {
  const { length } = text;
  let hash = length;
  for (let i = 1; i < 16; i++) hash = (Math.imul(hash, 31) + text.charCodeAt((length * i) >> 4)) | 0;
  return hash & (SLOTS - 1);
}
