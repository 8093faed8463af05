import { HIDDEN, indexOf } from './values.ts';

/** `//`, also as JSON may write it: `\/\/`. */
const SLASHES = /\/\\{0,8}\//g;
const RUN_END = /\s|["'`](?!\w)/g;
const HOST_END = /[/?#\\]/g;
const SLASH = /[/\\]/g;
const HOST_AND_PORT = /^[^:]*(?::(?:\d{1,5}(?!\w).*)?)?$|^\[/s;

const BEARER = /(bearer)((?:%20)+|[\t +\xa0]+)[^\s"',&]+/gi;
const BASIC = /(basic)((?:%20)+|[\t +\xa0]+)(?!auth(?:entication|orization)\b)[\w+/-]{8}[\w+/=%-]*/gi;

/** Hides what follows the words Bearer and Basic, the words stay. */
export function redactSchemes(text: string): string {
  return text.replace(BEARER, `$1$2${HIDDEN}`).replace(BASIC, `$1$2${HIDDEN}`);
}

/** Hides the `user:password` of every `//user:password@host`. */
export function redactUserInfo(text: string): string {
  let out = '';
  let done = 0;
  let run = { end: 0, lastAt: -1 };
  for (const match of text.matchAll(SLASHES)) {
    const start = match.index + match[0].length;
    // Found once for all the slashes of a run, so that time stays linear.
    if (start > run.end) run = runFrom(text, start);
    if (start < done || start > run.lastAt) continue;
    const end = userInfoEnd(text, start, run.end, run.lastAt);
    if (end === undefined) continue;
    out += text.slice(done, start) + HIDDEN;
    done = end;
  }
  return out + text.slice(done);
}

/** Up to white space or a quote, and the last `@` in it. */
function runFrom(text: string, start: number): { end: number; lastAt: number } {
  const end = indexOf(RUN_END, text, start);
  const at = text.slice(start, end).lastIndexOf('@');
  return { end, lastAt: at < 0 ? -1 : start + at };
}

/** The `@` behind the user info that begins at `start`. */
function userInfoEnd(text: string, start: number, runEnd: number, lastAt: number): number | undefined {
  const authority = text.slice(start, Math.min(runEnd, indexOf(HOST_END, text, start)));
  const at = authority.lastIndexOf('@');
  // A password with an unencoded slash: what follows the colon is no port, so it goes up to the last `@`.
  if (at < 0) return HOST_AND_PORT.test(authority) ? undefined : lastAt;
  if (!authority.slice(0, at).includes(':')) return undefined;
  // Nor are `?` and `#` an end here, where there is another `@` before the path.
  const rest = text.slice(start, Math.min(runEnd, indexOf(SLASH, text, start)));
  return start + rest.lastIndexOf('@');
}
