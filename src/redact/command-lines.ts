import { isRandom } from './shapes.ts';
import { HIDDEN } from './values.ts';

/** Which programs take a password by a flag of one letter. `glued`: right behind the letter, as `-psecret`. */
const FLAGS: readonly { readonly programs: string; readonly flag: string; readonly glued: boolean }[] = [
  { programs: 'mysql\\w*|mariadb[\\w-]*|mycli|7za?|zip|unzip|rar|unrar', flag: 'p', glued: true },
  {
    programs: 'sshpass|docker|podman|nerdctl|az|helm|mongo\\w*|cypher-shell|psexec|unzip|plink|pscp',
    flag: 'p',
    glued: false,
  },
  { programs: 'redis-cli|valkey-cli|http|https', flag: 'a', glued: false },
  { programs: 'sqlcmd|bcp|isql|osql|mosquitto_\\w+|zip|ssh-keygen', flag: 'P', glued: false },
  { programs: 'ldap\\w+', flag: 'w', glued: false },
  { programs: 'ssh-keygen', flag: 'N', glued: false },
];
const BY_PROGRAM = FLAGS.map(({ programs, flag, glued }) => {
  // Looked back for only behind a flag, so that time stays linear.
  const isOfOne = `(?<=(?:^|[\\s/'"])(?:${programs})(?:\\.exe)?\\s[^|;&]{0,200})`;
  return new RegExp(`(\\s-${flag}${isOfOne}${glued ? '' : '[\\s=]+'}["']?)([^\\s"'-][^\\s"']*)`, 'g');
});

const PROGRAM = new RegExp(`\\b(?:${FLAGS.map(({ programs }) => programs).join('|')})\\b`);

/** `-u user:password` of curl and others; a user and a group by number, as docker takes them, stay. */
const USER_AND_PASSWORD =
  /((?:^|\s)-{1,2}(?:u|user|U|proxy-user|a|auth|creds)[\s=]+["']?[^\s:'"@/]{1,100}:)(?!\d+(?:\s|$))[^\s'"]+/g;
/** `-p` with anything random behind it, of whichever program. */
const GLUED = /((?:^|\s)-[pP])([A-Za-z0-9!#$%*+.@^_-]{8,})/g;
const PASS_OF_OPENSSL = /(\bpass:)(?!\s)[^\s'"]+/g;
/** `machine h login u password p` of a .netrc. */
const NETRC = /(\blogin\s+\S+\s+password\s+)\S+/gi;

/** Hides what the command lines of well-known programs hold as passwords without a key. */
export function redactCommandLines(text: string): string {
  let out = text.replace(NETRC, `$1${HIDDEN}`);
  if (!/(?:^|\s)-/.test(out)) return out;
  for (const expression of PROGRAM.test(out) ? BY_PROGRAM : []) {
    out = out.replace(expression, (all, flag: string, value: string) =>
      /^\d+(?::\d+)*$/.test(value) ? all : flag + HIDDEN,
    );
  }
  return out
    .replace(USER_AND_PASSWORD, `$1${HIDDEN}`)
    .replace(GLUED, (all, flag: string, value: string) => (isRandom(value) ? flag + HIDDEN : all))
    .replace(PASS_OF_OPENSSL, `$1${HIDDEN}`);
}
