import { Buffer } from 'node:buffer';

/** A text as it reads with one layer of encoding taken off, and where its units stand in the text that was given. */
export interface View {
  readonly text: string;
  /** Whether it is the text that was given. */
  readonly isGiven: boolean;
  givenAt(at: number): number;
  /** Whether a line ends between two places of it, and not only where an escape was decoded. */
  hasBreak(start: number, end: number): boolean;
}

/** URLs in parameters of URLs in parameters of URLs; JSON in JSON in JSON. */
export const MAX_LAYERS = 3;

const NAMED: Readonly<Record<string, string>> = {
  ...{ quot: '"', '#34': '"', '#39': "'", apos: "'", lt: '<', gt: '>', amp: '&', n: '\n', r: '\r', t: '\t' },
};
/** Percent-encoded UTF-8, one character at a time; entities of HTML; escapes of JSON and of property files; what is not seen. */
const ENCODED =
  /(?:%[0-7][0-9a-f]|%[c-d][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3})|&(quot|apos|lt|gt|amp|#34|#39);|\\u([0-9a-f]{4})|\\(["'`/\\=:nrt])|\p{Cf}/giu;
const MAY_BE_ENCODED = /%[0-9a-f]|&[#a-z]|\\|\p{Cf}/iu;

export function plainView(text: string): View {
  const hasBreak = (start: number, end: number) => /[\r\n]/.test(text.slice(start, end));
  return { text, isGiven: true, givenAt: (at) => at, hasBreak };
}

/** The view without its outermost layer of encoding; `undefined` if it has none. */
export function decodedView(view: View): View | undefined {
  if (!MAY_BE_ENCODED.test(view.text)) return undefined;
  /** Behind each character that was encoded: where it ends in the decoded text, and how much longer the encoded one is. */
  const ends: number[] = [];
  const longer: number[] = [];
  let difference = 0;
  const text = view.text.replace(
    ENCODED,
    (all, entity?: string, hex?: string, escaped?: string, at?: number) => {
      const plain = plainOf(all, entity ?? escaped, hex);
      const start = (at ?? 0) - difference;
      difference += all.length - plain.length;
      ends.push(start + plain.length);
      longer.push(difference);
      return plain;
    },
  );
  if (ends.length === 0) return undefined;
  const outer = (at: number) => at + (longer[lastUpTo(ends, at)] ?? 0);
  return {
    text,
    isGiven: false,
    givenAt: (at) => view.givenAt(outer(at)),
    hasBreak: (start, end) => view.hasBreak(outer(start), outer(end)),
  };
}

function plainOf(encoded: string, name: string | undefined, hex: string | undefined): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? name;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (!encoded.startsWith('%')) return '';
  // Never throws, not even inside: an error costs more than a text.
  return Buffer.from(encoded.replaceAll('%', ''), 'hex').toString();
}

/** The index of the last of some ascending numbers that is no greater than `most`; -1 if there is none. */
function lastUpTo(ascending: readonly number[], most: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
