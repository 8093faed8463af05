import { hasShape, isRandom } from './shapes.ts';
import { HIDDEN, indexOf } from './values.ts';

/** `//`, also as JSON may write it: `\/\/`. */
const SLASHES = /\/\\{0,8}\//g;
const RUN_END = /\s|["'`](?!\w)/g;
const HOST_END = /[/?#\\]/g;
const SLASH = /[/\\]/g;
const HOST_AND_PORT = /^[^:]*(?::(?:\d{1,5}(?!\w).*)?)?$|^\[/s;
/** Everybody's user. */
const NO_SECRET_USER = /^git@/;

/** `app:secret@db.test:3306`, `app:secret@tcp(db:3306)/shop`, but not `mailto:ana@shop.test` or `npm:react@18`. */
const BARE_USER =
  /(?<![\w.%+@/:-])(?!(?:mailto|e?mail|to|cc|bcc|from|sips?|xmpp|acct|user|login|sender|recipient|author|owner|npm|pkg|workspace|docker|image)[:.])[a-z][\w.%+-]{0,60}:[^\s@/"'`,;]{3,200}@(?!sha\d{3}:)(?=\[|\(|[\w-]+(?:\.[\w-]+){0,10}(?:[:/(?,;\s"'`)\]]|$))/gi;
/** `scott/tiger@orcl` behind what tells that it is an account of Oracle; `-U user%password` of Samba. */
const ORACLE_USER =
  /(thin:|oci8?:|\b(?:sqlplus|sqlldr|connect|conn|impdp|expdp|imp|exp|rman|userid)\b(?:[\s=]+-\w+)*[\s=]+)([\w$#.-]{1,60})\/(?!\/)[^\s@"']{1,200}(?=@)/gi;
const SAMBA_USER = /((?:^|\s)-U[\s=]*[\w.\\]{1,60}%)[^\s"']{1,200}/g;

/** What stands alone between two slashes and is long. */
const SEGMENT = /(?<!\/\/)(?<=\/)[A-Za-z0-9_~.:%+=@!$*-]{16,2000}(?=[/?#;&\s"'`<>)\],]|$)/g;
/** Behind one of these a long id is a credential. */
const BEFORE_CREDENTIAL =
  /(?:reset|verify|verification|confirm|confirmation|activate|activation|token|tokens|invite|invitation|unsubscribe|magic|auth|session|sessions|secret|secrets|apikey|api-key|webhooks?|hooks?|otp|password|share|ticket|sso|magic-link|reset-password|password-reset)\/(?:[^/\s]{0,40}\/)?$/i;

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
  return withoutQuery(redactUserInfo(text)).replace(/\?.*=.*/s, '');
}

/** `*` for each segment of a path that is a credential: a token, or a long mixed text. */
export function redactSegments(text: string): string {
  return text.replace(SEGMENT, (segment, index: number) => {
    if (hasShape(segment) || isRandom(segment)) return '*';
    const isLong = /^[A-Za-z0-9_-]{20,}$/.test(segment) && /\d/.test(segment);
    return isLong && BEFORE_CREDENTIAL.test(text.slice(Math.max(0, index - 90), index)) ? '*' : segment;
  });
}

/** Hides the user info of every address, with a password or without, behind `//` or in front of a host. */
export function redactUserInfo(text: string): string {
  if (!text.includes('@') && !text.includes('%')) return text;
  return behindSlashes(text)
    .replace(BARE_USER, `${HIDDEN}@`)
    .replace(ORACLE_USER, `$1$2/${HIDDEN}`)
    .replace(SAMBA_USER, `$1${HIDDEN}`);
}

function behindSlashes(text: string): string {
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
  if (at === 0 || NO_SECRET_USER.test(authority)) return undefined;
  if (!authority.slice(0, at).includes(':')) return start + at;
  // Nor are `?` and `#` an end here, where there is another `@` before the path.
  const rest = text.slice(start, Math.min(runEnd, indexOf(SLASH, text, start)));
  return start + rest.lastIndexOf('@');
}
