import { percentDecoded } from '../wire/url.ts';
import { type Form, hook } from './forms.ts';

export type Headers = Readonly<Record<string, string>>;

/** Headers as an object or a function; in the environment `k=v,k2=v2`, values percent-encoded as in OTel. */
export const headers: Form<Headers | (() => Promise<Headers>)> = {
  accepts: "an object of strings, a function, or (as a variable) 'name=value,name2=value2'",
  fromCode: (value) => hook<() => Promise<Headers>>().fromCode(value) ?? validHeaders(value),
  fromText: (value) => {
    const pairs = value.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return at < 0
        ? undefined
        : ([pair.slice(0, at).trim(), percentDecoded(pair.slice(at + 1).trim())] as const);
    });
    return pairs.includes(undefined)
      ? undefined
      : validHeaders(Object.fromEntries(pairs.filter((pair) => pair !== undefined)));
  },
};

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
// Anything else would make undici throw at each call instead of here once.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that tell how a call is read: ours alone. */
const OURS = /^(?:connection|content-(?:encoding|length|type)|expect|keep-alive|transfer-encoding|upgrade)$/i;

/** Headers that can be sent, their names in lower case so that ours win; `undefined` for anything else. */
export function validHeaders(value: unknown): Headers | undefined {
  // A list, a `Map` or a `Headers` has entries of its own kind, and would pass for no headers.
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) return undefined;
  const entries: [string, unknown][] = Object.entries(value);
  return entries.every(isValid)
    ? Object.fromEntries(entries.map(([name, text]) => [name.toLowerCase(), text]))
    : undefined;
}

function isValid(entry: readonly [string, unknown]): entry is [string, string] {
  const [name, text] = entry;
  return NAME.test(name) && !OURS.test(name) && typeof text === 'string' && VALUE.test(text);
}
