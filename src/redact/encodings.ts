import { Buffer } from 'node:buffer';

const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const ASCII_ESCAPE = /%([0-7][0-9a-f])/gi;
const NOT_UTF8 = '\ufffd';

/** Percent-encoding undone as far as it can be. Never throws, not even inside, as an error costs more than a text. */
export function decoded(text: string): string {
  return text.includes('%') ? text.replace(ESCAPES, decodedRun) : text;
}

function decodedRun(run: string): string {
  const decoded = Buffer.from(run.replaceAll('%', ''), 'hex').toString();
  if (!decoded.includes(NOT_UTF8)) return decoded;
  return run.replace(ASCII_ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The same again and again, as URLs in parameters of URLs need it. */
export function fullyDecoded(text: string): string {
  return decoded(decoded(decoded(text)));
}

/** Percent-encoded, quotes included; half a surrogate pair becomes U+FFFD. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27');
}

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  '#34': '"',
  '#39': "'",
  apos: "'",
  lt: '<',
  gt: '>',
};
const ESCAPED = /&(quot|#34|#39|apos|lt|gt);|\\u00([2-7][0-9a-f])/gi;

/** A text of ASCII that is escaped as JSON or HTML may do it, as it would read without. */
export function unescaped(text: string): string {
  return text.replace(ESCAPED, (_, entity: string | undefined, hex: string | undefined) =>
    hex === undefined
      ? (ENTITIES[entity?.toLowerCase() ?? ''] ?? '')
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
