/** An answer has about a dozen. */
const MAX_FIELDS = 1_000;

/** The fields of an answer's `data`, looked up without regard to case: `Token` and `token` are one. */
export class Fields {
  readonly #values = new Map<string, unknown>();

  constructor(data: Readonly<Record<string, unknown>>) {
    for (const key of Object.keys(data).slice(0, MAX_FIELDS)) this.#values.set(key.toLowerCase(), data[key]);
  }

  get(name: string): unknown {
    return this.#values.get(name.toLowerCase());
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
