import { matchesOf } from './matches.ts';
import { hasShape, isRandom } from './shapes.ts';
import { View } from './views.ts';

/** Up to white space or a quote; one before a letter or digit may be part of a password. */
const RUN = /(?:[^\s"'`]|["'`](?=\w))+/g;
/**
 * Behind `//`, which JSON may write `\/\/`, in a run up to its last `@`. With a colon neither `?` nor `#` is an end where
 * another `@` stands before the path. Where what follows the colon is no port, it is a password with a slash.
 */
const USER_INFO =
  /(?<=\/\\{0,8}\/)(?!git@)(?:(?=[^/?#\\]*:[^/?#\\]*@)[^/\\]*|[^/?#\\]+|(?!\[)[^:@/?#\\]*:(?![/?#\\]|\d{1,5}(?!\w)).*)(?=@)/gs;
const QUOTE = /["'`{[]/;

/** What stands alone between two slashes and is long, and the session in the path of ASP.NET: `/(S(…))/`. */
const SEGMENT =
  /(?<!\/\/)(?<=\/)[A-Za-z0-9_~.:%+=@!$*-]{16,2000}(?=[/?#;&\s"'`<>)\],]|$)|(?<=\/\()[A-Z]\([a-z0-9]{12,60}\)(?=\)\/)/g;
/** The value of a parameter, of whichever key. */
const QUERY_VALUE = /(?<=[?&][\w.%[\]-]{1,60}=)[\w~.%+/=-]{20,2000}/g;
/** Behind one of these a long id is a credential. */
const BEFORE_CREDENTIAL =
  /(?:\/\/hooks\.\S{1,80}|reset|verify|verification|confirm|confirmation|activate|activation|token|tokens|invite|invitation|unsubscribe|magic|auth|session|sessions|secret|secrets|apikey|api-key|webhooks?|hooks?|otp|password|share|ticket|sso|magic-link|reset-password|password-reset)\/(?:[^/\s]{0,40}\/)?(?:private-)?$/i;
const LONG_ID = /^(?:private-(?=[0-9a-f]{32}$)|(?=[\w-]*\d))[\w-]{20,}$/;

/** A `?` in an address or path; that of a route's optional parameter and of a statement stays. */
const QUERY_IN_NAME = /(?<![=<>(,\s])\?(?<=[/.][^\s?]{0,500}\?)(?![/):.?,]|\s|$)\S*/g;
const FRAGMENT_IN_NAME = /#(?<=\/[^\s#]{0,500}#)[^\s=]{0,200}=\S*/g;

/** An address or path inside a name ends at its query. */
export function withoutQuery(name: string): string {
  if (!name.includes('?') && !name.includes('#')) return name;
  return name.replace(QUERY_IN_NAME, '').replace(FRAGMENT_IN_NAME, '');
}

/** A destination, a host, a name of a database as a part of a name, where any of them may be an address. */
export function bareAddress(text: string): string {
  return withoutQuery(withoutUserInfo(text)).replace(/\?.*=.*/s, '');
}

/** Finds the segments of a path, and the parameters, that are credentials: a token, or a long mixed text. */
export function findSegments(view: View): void {
  const { text } = view;
  for (const { 0: segment, index } of matchesOf(SEGMENT, text)) {
    // `//user:password@host`, `scott/tiger@orcl`
    if (view.isHidden(index)) continue;
    const before = text.slice(Math.max(0, index - 90), index);
    const isId = LONG_ID.test(segment) && (segment.startsWith('private-') || BEFORE_CREDENTIAL.test(before));
    const isSession = segment.endsWith(')');
    if (isSession || isId || hasShape(segment) || isRandom(segment))
      view.hide(index, index + segment.length, '*');
  }
  if (!text.includes('=')) return;
  for (const { 0: value, index } of matchesOf(QUERY_VALUE, text))
    if (isRandom(value)) view.hide(index, index + value.length);
}

/** The text without the user info of addresses. */
export function withoutUserInfo(text: string): string {
  const view = new View(text);
  findUserInfo(view);
  return view.shown;
}

/** Finds the user info of every address behind `//`, with a password or without. */
export function findUserInfo(view: View): void {
  if (!view.text.includes('@')) return;
  for (const { 0: run, index: from } of matchesOf(RUN, view.text)) {
    for (const { 0: info, index } of matchesOf(USER_INFO, run.slice(0, run.lastIndexOf('@') + 1))) {
      const start = from + index;
      view.hide(start, start + info.length);
      // Behind the `@` of `//token:x@host` no value goes on; in quotes one may.
      if (!QUOTE.test(info)) view.markRead(start, start + info.length);
    }
  }
}
