const SLOTS = 512;
/** Longer statements are not kept. */
const UNITS = 2_048;

/** What is between the quotes of a name in which nothing looks like a literal. */
const NAME = String.raw`[\w.]*(?:(?: |->)[A-Za-z_][\w.]*)*`;
/** In all else, such as comments, escapes and `$$…$$`, only a reader of SQL can tell what is a literal. */
const QUOTED = String.raw`"${NAME}"|\x60${NAME}\x60|\[${NAME}\](?!\])|'(?<![qQ]')[^'\\]*'`;
const OTHERS = String.raw`[^'"\x60[\\#$\-/\0]*`;
const PLAIN = new RegExp(String.raw`^${OTHERS}(?:(?:${QUOTED}|\$\d|-(?!-)|/(?!\*))${OTHERS})*$`);
/** Texts and numbers, but not the digits of `t1`, `$1`, `"1"` and `2024_orders`. */
const LITERALS = /'[^']*'|\d(?<![\w$@?.#"`[\x80-\uffff]\d)[\d.]*(?![\w.\x80-\uffff])/g;

/**
 * Keeps what was made of statements, bounded, for all that differ from them in their literals only. A slot by the length
 * and a few characters costs those that never come again next to nothing; a Map would hash every one of them whole.
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
    const pattern = PLAIN.test(statement) ? statement.replace(LITERALS, '\0') : statement;
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

function slotOf(text: string): number {
  const { length } = text;
  let hash = length;
  for (let i = 1; i < 8; i++) hash = (Math.imul(hash, 31) + text.charCodeAt((length * i) >> 3)) | 0;
  return hash & (SLOTS - 1);
}
