/** A body, or a part of it, that the real server cannot read. `path` and message have the server's words. */
export class Unreadable extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** A number as it was written. To the server `30.0` and `3e1` are not whole numbers, which `JSON.parse` hides. */
export class Numeral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object; its keys are in lower case, since the server ignores case. */
export type JsonRecord = ReadonlyMap<string, JsonValue>;
export type JsonValue = string | boolean | null | Numeral | readonly JsonValue[] | JsonRecord;

/** How deep the server's reader goes. */
const MAX_DEPTH = 32;

/**
 * Reads JSON as strictly as the server does: it refuses lone surrogates and deep nesting. Numbers stay as they were
 * written.
 *
 * @throws Unreadable
 */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * The text of a body that must be UTF-8.
 *
 * @throws Unreadable
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('$', 'Cannot transcode invalid UTF-8 JSON text to UTF-16 string.');
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonValue {
    const value = this.#value(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('after a single JSON value');
    return value;
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (depth > MAX_DEPTH && (first === '{' || first === '[')) this.#fail(`beyond the depth of ${MAX_DEPTH}`);
    if (first === '{') return this.#record(depth);
    if (first === '[') return this.#list(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number();
  }

  #record(depth: number): JsonRecord {
    const record = new Map<string, JsonValue>();
    this.#at += 1;
    if (this.#skips('}')) return record;
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail(`an invalid start of a property name. Expected a '"'`);
      const key = this.#string();
      if (!this.#skips(':')) this.#fail(`invalid after a property name. Expected a ':'`);
      record.set(key.toLowerCase(), this.#value(depth + 1));
    } while (this.#skips(','));
    if (!this.#skips('}')) this.#fail(`invalid after a value. Expected either ',', '}', or ']'`);
    return record;
  }

  #list(depth: number): readonly JsonValue[] {
    const list: JsonValue[] = [];
    this.#at += 1;
    if (this.#skips(']')) return list;
    do list.push(this.#value(depth + 1));
    while (this.#skips(','));
    if (!this.#skips(']')) this.#fail(`invalid after a value. Expected either ',', '}', or ']'`);
    return list;
  }

  #string(): string {
    const start = this.#at;
    let escaped = false;
    let end = start + 1;
    for (; end < this.#text.length; end++) {
      const unit = this.#text.charCodeAt(end);
      if (unit === 0x22) break;
      if (unit < 0x20) this.#fail('invalid within a JSON string');
      if (unit === 0x5c) {
        escaped = true;
        end += 1;
      }
    }
    if (end >= this.#text.length) this.#fail('an unfinished string');
    this.#at = end + 1;
    const text = escaped ? this.#unescape(start, end + 1) : this.#text.slice(start + 1, end);
    if (!text.isWellFormed()) throw new Unreadable('$', 'Cannot read incomplete UTF-16 JSON text as string.');
    return text;
  }

  #unescape(start: number, end: number): string {
    try {
      const text: unknown = JSON.parse(this.#text.slice(start, end));
      if (typeof text === 'string') return text;
    } catch {
      // The error below names the place.
    }
    return this.#fail('an invalid escapable character within a JSON string');
  }

  #number(): Numeral {
    NUMBER.lastIndex = this.#at;
    const text = NUMBER.exec(this.#text)?.[0];
    if (text === undefined) return this.#fail('an invalid start of a value');
    this.#at += text.length;
    return new Numeral(text);
  }

  /** Skips the sign if it comes next. */
  #skips(sign: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at += 1;
    }
  }

  #fail(rule: string): never {
    const what = this.#at < this.#text.length ? `'${this.#text[this.#at]}'` : 'The end of the text';
    const line = this.#text.slice(0, this.#at).split('\n').length - 1;
    const lineStart = this.#text.lastIndexOf('\n', this.#at - 1) + 1;
    const column = Buffer.byteLength(this.#text.slice(lineStart, this.#at));
    throw new Unreadable(
      '$',
      `${what} is ${rule}. Path: $ | LineNumber: ${line} | BytePositionInLine: ${column}.`,
    );
  }
}
