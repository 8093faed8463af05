import { type JsonRecord, type JsonValue, Numeral, Unreadable } from './json.ts';

const INT32 = 2n ** 31n;
const INT64 = 2n ** 63n;
/** The most characters of a 64-bit number. Longer ones are not parsed, since that costs time. */
const MAX_DIGITS = 20;

/**
 * The fields of an object, each read as the type it has on the server. An absent field has the type's default, and
 * so has a null among texts, lists and objects. Any other value makes the whole body unreadable.
 */
export class JsonFields {
  readonly #record: JsonRecord;
  readonly #path: string;

  private constructor(record: JsonRecord, path: string) {
    this.#record = record;
    this.#path = path;
  }

  /** @throws Unreadable */
  static of(value: JsonValue, path = '$'): JsonFields {
    if (value instanceof Map) return new JsonFields(value, path);
    throw unreadable(path, 'an object');
  }

  text(name: string): string {
    const value = this.#get(name) ?? '';
    if (typeof value === 'string') return value;
    throw unreadable(this.#at(name), 'System.String');
  }

  byte(name: string): number {
    return this.#whole(name, 0n, 256n, 'System.Byte');
  }

  int32(name: string): number {
    return this.#whole(name, -INT32, INT32, 'System.Int32');
  }

  int64(name: string): number {
    return this.#whole(name, -INT64, INT64, 'System.Int64');
  }

  double(name: string): number {
    const value = this.#get(name);
    if (value === undefined) return 0;
    if (value instanceof Numeral) return Number(value.text);
    throw unreadable(this.#at(name), 'System.Double');
  }

  /** A point in time: ISO 8601, or whole milliseconds. Its value is not needed, so it is only checked. */
  checkMoment(name: string): void {
    const value = this.#get(name);
    if (value === undefined || value === '') return;
    if (value instanceof Numeral && !/[.eE]/.test(value.text)) return;
    if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return;
    throw unreadable(this.#at(name), 'System.DateTime');
  }

  /** The objects of a list, each read by `read`. */
  list<T>(name: string, read: (item: JsonFields) => T): T[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value)) throw unreadable(this.#at(name), 'a list');
    return value.map((item: JsonValue, index) => read(JsonFields.of(item, `${this.#at(name)}[${index}]`)));
  }

  object(name: string): JsonFields | undefined {
    const value = this.#get(name) ?? undefined;
    return value === undefined ? undefined : JsonFields.of(value, this.#at(name));
  }

  #whole(name: string, from: bigint, below: bigint, type: string): number {
    const value = this.#get(name);
    if (value === undefined) return 0;
    if (value instanceof Numeral && value.text.length <= MAX_DIGITS && !/[.eE]/.test(value.text)) {
      const whole = BigInt(value.text);
      if (whole >= from && whole < below) return Number(whole);
    }
    throw unreadable(this.#at(name), type);
  }

  #get(name: string): JsonValue | undefined {
    return this.#record.get(name.toLowerCase());
  }

  #at(name: string): string {
    return `${this.#path}.${name}`;
  }
}

function unreadable(path: string, type: string): Unreadable {
  return new Unreadable(path, `The JSON value could not be converted to ${type}. Path: ${path}.`);
}
