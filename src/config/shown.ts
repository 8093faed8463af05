const SHOWN_UNITS = 100;
/** Letters and digits in a row, as tokens are written and words are not. */
const TOKEN = /(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[A-Za-z0-9_+-]{16,}|-----|eyJ/;
/** A number, words, a path or an address; with `@`, `?`, `=` or `#` it may be more. */
const HARMLESS = /^[\p{L}\p{N}\s_.,:;/\\*+()[\]-]{1,100}$/u;

/** Whether a text looks like a token, or like PEM without its edges, and not like a host, a path or an address. */
export function looksLikeToken(text: string): boolean {
  if (/^(?:eyJ|[\w+/=\s-]{200}|[0-9a-fA-F]{32,}$)/.test(text)) return true;
  return TOKEN.test(text) && /[A-Z]/.test(text) && !/[./\\:]/.test(text);
}

/** A value that is in use, as the log tells it. */
export function shown(value: unknown): string {
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value).slice(0, SHOWN_UNITS);
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object'
    ? (JSON.stringify(value) ?? 'an object').slice(0, SHOWN_UNITS)
    : String(value);
}

/** A value that is not valid: its form shows that it is harmless, or else it may be a secret in the wrong place. */
export function shownIfHarmless(value: unknown): string {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  const isHarmless = texts.every((each) =>
    typeof each === 'string' ? HARMLESS.test(each) && !TOKEN.test(each) : typeof each !== 'object',
  );
  return isHarmless ? shown(value) : `a value of type ${Array.isArray(value) ? 'array' : typeof value}`;
}
