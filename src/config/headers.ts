import { type Form, hook } from './forms.ts';

export type Headers = Readonly<Record<string, string>>;

/** Headers as an object or a function; in the environment `k=v,k2=v2`, values percent-encoded as in OTel. */
export const headers: Form<Headers | (() => Promise<Headers>)> = {
  accepts: "an object of strings, a function, or (as a variable) 'name=value,name2=value2'",
  fromCode: (value) => hook<() => Promise<Headers>>().fromCode(value) ?? validHeaders(value),
  fromText: (value) => {
    const pairs = value.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? undefined : ([pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const);
    });
    return pairs.includes(undefined)
      ? undefined
      : validHeaders(Object.fromEntries(pairs.filter((pair) => pair !== undefined)));
  },
};

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
// Anything else would make undici throw at each call instead of here once.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that can be sent; `undefined` for anything else. */
export function validHeaders(value: unknown): Headers | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const valid = Object.entries(value).every(
    ([name, text]) => NAME.test(name) && typeof text === 'string' && VALUE.test(text),
  );
  return valid ? { ...(value as Headers) } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
