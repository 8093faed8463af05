const SLOTS = 512;
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
/** Texts and numbers, but not the digits of `t1`, `$1`, `"1"` and `2024_orders`. */
const LITERALS = /'[^']*'|\d(?<![\w$@?.#"`[\x80-\uffff]\d)[\d.]*(?![\w.\x80-\uffff])/g;
const COMMENTS = /\/\*[^*]*\*\//g;

/**
 * Keeps what was made of statements, bounded, for all that differ from them in their literals only. A slot by the length
 * and some characters costs those that never come again next to nothing; a Map would hash every one of them whole.
 */
export class StatementCache<T extends object> {
  readonly #make: (statement: string) => T;
  readonly #slots = new Array<{ readonly text: string; readonly made: T } | undefined>(SLOTS).fill(undefined);

  /** @param make makes the same of all statements that differ in their literals only. */
  constructor(make: (statement: string) => T) {
    this.#make = make;
  }

  of(statement: string): T {
    if (statement.length > UNITS) return this.#make(statement);
    const known = this.#find(statement);
    if (known !== undefined) return known;
    const pattern = patternOf(statement);
    const alike = this.#find(pattern);
    if (alike !== undefined) return alike;
    const made = this.#make(statement);
    // The statement itself too: it may come again with the same values.
    for (const text of [statement, pattern]) this.#slots[slotOf(text)] = { text, made };
    return made;
  }

  #find(text: string): T | undefined {
    const slot = this.#slots[slotOf(text)];
    return slot?.text === text ? slot.made : undefined;
  }
}

/** The statement without the values in it; as it is if it is not plain. */
function patternOf(statement: string): string {
  if (!PLAIN.test(statement)) return statement;
  const pattern = statement.replace(LITERALS, '\0');
  return pattern.includes('/*') ? pattern.replace(COMMENTS, '\x01') : pattern;
}

function slotOf(text: string): number {
  const { length } = text;
  let hash = length;
  for (let i = 1; i < 16; i++) hash = (Math.imul(hash, 31) + text.charCodeAt((length * i) >> 4)) | 0;
  return hash & (SLOTS - 1);
}
