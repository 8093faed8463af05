import { Buffer } from 'node:buffer';
import { matchesOf } from './matches.ts';

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
  const encoded = MAY_BE_ENCODED.test(view.text) ? matchesOf(ENCODED, view.text) : [];
  if (encoded.length === 0) return undefined;
  let text = '';
  let done = 0;
  /** Where each unit begins in the outer view. */
  const starts: number[] = [];
  const copy = (to: number) => {
    text += view.text.slice(done, to);
    for (; done < to; done++) starts.push(done);
  };
  for (const match of encoded) {
    copy(match.index);
    const plain = plainOf(match);
    text += plain;
    for (let i = 0; i < plain.length; i++) starts.push(done);
    done += match[0].length;
  }
  copy(view.text.length);
  const outer = (at: number) => starts[at] ?? view.text.length;
  return {
    text,
    isGiven: false,
    givenAt: (at) => view.givenAt(outer(at)),
    hasBreak: (start, end) => view.hasBreak(outer(start), outer(end)),
  };
}

function plainOf([encoded, entity, hex, escaped]: RegExpExecArray): string {
  const name = entity ?? escaped;
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? name;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (!encoded.startsWith('%')) return '';
  // Never throws, not even inside: an error costs more than a text.
  return Buffer.from(encoded.replaceAll('%', ''), 'hex').toString();
}
