import type { SecretKeys } from './secret-keys.ts';
import { isRandom, SHAPE } from './shapes.ts';
import type { View } from './views.ts';

/** A flag of one letter by which programs take a password; they are looked back for only behind it, so that time stays linear. */
const flag = (letter: string, programs: string) =>
  new RegExp(
    `(?<shown>\\s-${letter}(?<=(?:^|[\\s/'"])(?:${programs})(?:\\.exe)?\\s[^|;&]{0,200})["']?)(?!\\d+(?::\\d+)*(?:["'\\s]|$))(?<secret>[^\\s"'-][^\\s"']*)`,
    'g',
  );

/** A line deeper than the `indent` of a key; behind a dash also than the keys beside it. That of a stack is none. */
const DEEPER = String.raw`^(?!\k<indent>[^\S\r\n]\k<dash>[\w.-]+:)\k<indent>[^\S\r\n]+(?!at )\S.*`;

/**
 * Places where a secret stands without a key of its own, or with one that is told in another way than `key=value`. In
 * each `shown` is what stands before it and `key` what it belongs to, if that decides. The secret is called `secret`,
 * or by what it must look like to be one.
 */
const PATTERNS: readonly RegExp[] = [
  new RegExp(`(?<secret>${SHAPE.source})`, 'g'),
  // Accounts in front of a host.
  // `app:secret@db.test:3306`, `app:secret@tcp(db:3306)/shop`, but not `mailto:ana@shop.test` or `npm:react@18`.
  /(?<![\w.%+@/:-])(?!(?:mailto|e?mail|to|cc|bcc|from|sips?|xmpp|acct|user|login|sender|recipient|author|owner|npm|pkg|workspace|docker|image)[:.])(?<secret>[a-z][\w.%+-]{0,60}:(?!\*{3}@)[^\s@/"'`,;]{3,200})@(?!sha\d{3}:)(?=\[|\(|[\w-]+(?:\.[\w-]+){0,10}(?:[:/(?,;\s"'`)\]]|$))/gi,
  // `scott/tiger@orcl` behind what tells that it is an account of Oracle; `-U user%password` of Samba.
  /(?<shown>(?:thin:|oci8?:|\b(?:sqlplus|sqlldr|connect|conn|impdp|expdp|imp|exp|rman|userid)\b(?:[\s=]+-\w+)*[\s=]+["']?)[\w$#.-]{1,60}\/)(?!\/)(?<secret>"[^"\n]{1,200}"|[^\s@"']{1,200})(?=@)/gi,
  /(?<shown>(?:^|\s)-U[\s=]*[\w.\\]{1,60}%)(?<secret>[^\s"']{1,200})/g,
  // The segments of a path: tokens; any long id behind a word that makes it a credential; the session of ASP.NET: `/(S(…))/`.
  /(?<!\/\/)(?<=\/)(?<segment>[A-Za-z0-9_~.:%+=@!$*-]{16,2000})(?=[/?#;&\s"'`<>)\],]|$)/g,
  /(?<=\/)(?<=(?:\/\/hooks\.\S{1,80}|reset|verify|verification|confirm|confirmation|activate|activation|tokens?|invite|invitation|unsubscribe|magic|auth|sessions?|secrets?|api-?key|webhooks?|hooks?|ical|otp|password|share|ticket|sso)\/(?:[^/\s]{0,40}\/)?)(?<id>(?=[\w-]*\d)[\w-]{20,})(?=(?:\.ics)?(?:[/?#;&\s"'`<>)\],]|[.:]?(?:\s|$)))/gi,
  /(?<shown>\/\()(?<id>[A-Z]\([a-z0-9]{12,60}\))(?=\)\/)/g,
  // The value of any parameter.
  /(?<shown>[?&][\w.%[\]-]{1,60}=)(?<mixed>[\w~.%+/=-]{20,2000})/g,
  // Behind the words of a scheme, unless a sentence goes on there: `bearer bonds`.
  /(?<shown>[Bb][Ee][Aa][Rr][Ee][Rr](?:(?:%20)+|[\t +\xa0]+))(?![\t +\xa0]|(?:[a-z]{4,}|of|in|is|or|to|an?)(?![\w.+/=~-])|[a-z_]+="?[\w*]|\*{3})(?<secret>[^\s"',&]+)/g,
  // Base64: with a digit, a capital behind the first letter, or padding.
  /(?<shown>[Bb][Aa][Ss][Ii][Cc](?:(?:%20)+|[\t +\xa0]+))(?=[\w+/-]{8})(?=\w*[\d+/=-]|\w[a-z]*[A-Z])(?<secret>[\w+/=%-]+)/g,
  /(?<shown>\bAUTH (?:\w{1,40} )?["']?)(?<secret>(?![A-Z]+\b|<\w+>|called |failed|command|is |error)[^\s"']{6,})/g,
  // In the middle of a sentence, behind the word for it: `the token x has expired`, `密码“x”不正确`.
  /(?<shown>(?<![A-Za-z])(?:tokens?|secret|login|session(?: id)?|cookie|signature|key|credentials?|jwt)(?: (?:is|was|of))?(?: ["'`]?|, ))(?<random>[\w+/=.-]{20,500})/gi,
  /(?<shown>(?:\b(?:password|(?:with|and|using) pass|(?:secret|api|access) key)(?: (?:is|was))?|\bauth(?: \w{1,20})?)[ “"'`(]{1,2}|(?:密码|密碼|口令|密钥|密鑰|令牌|私钥|秘钥)(?:[是为為] ?["“「]?|["“「『【‘《]))(?<password>[^\s"'`”」』】’》.,:;()[\]{}<>/=，。]{6,100})/gi,
  /(?<shown>(?:\b(?:[th]?otp|pin(?!\d)|captcha|cvv|cvc|(?:verification|security|login|sms|auth|confirmation|access|pin) code|passcode)|验证码|校验码|动态码|認証コード|인증번호)(?: (?:is|was)|是|为|は)?[ “"'「『【]{0,2})(?<secret>\d{3,8}(?!\w))/gi,
  /(?<shown>\b(?:verif\w{0,9}|[th]?otp|sms|2fa|mfa|one-time)\b[^\n]{0,60}\bcode\b[^\d\n]{0,20})(?<secret>\d{4,8}(?!\w))/gi,
  /(?<shown>(?<!\b(?:status|error|exit|response|zip|country) )\bcode (?:is )?)(?<secret>\d{4,8}(?!\w))(?=[^\n]{0,60}\b(?:verif\w{0,9}|[th]?otp|2fa|mfa|log ?in|sign ?in|one-time)\b)/gi,
  flag('p', 'mysql\\w*|mariadb[\\w-]*|mycli|sshpass|7za?|rar|unrar'),
  flag('p[\\s=]+', 'sshpass|docker|podman|nerdctl|az|helm|mongo\\w*|cypher-shell|psexec|plink|pscp'),
  flag('a[\\s=]+', 'redis-cli|valkey-cli|http|https'),
  flag('P[\\s=]+', 'sqlcmd|bcp|isql|osql|mosquitto_\\w+|zip|unzip|ssh-keygen'),
  flag('w[\\s=]+', 'ldap\\w+'),
  flag('[kK][\\s=]+', 'openssl'),
  // `db.auth('ana', 'x')`
  /(?<shown>\b\w{0,20}(?:auth|authenticate|login|credentials?)\((["'`])[^"'`\n]{1,100}\2,\s?["'`])(?<secret>[^"'`\n]{1,200})/gi,
  // `-u user:password`; a user and a group by number, as docker takes them, stay.
  /(?<shown>(?:^|\s)-{1,2}(?:u|user|U|proxy-user|a|auth|creds)[\s=]+["']?[^\s:'"@/]{1,100}:)(?!\d+(?:\s|$))(?<secret>[^\s'"]+)/g,
  /(?<shown>\bConvertTo-SecureString\s+(?:-String\s+)?["'])(?<secret>[^"'\n]+)/gi,
  /(?<shown>\bnet use (?:[\w*]:? )?\\\S+ (?:\/user:\S+ )?)(?<secret>[^\s/]\S*)/gi,
  // Of FTP and POP3; `PASS src/a.test.ts` is a result.
  /(?<shown>^PASS )(?<password>[^\s/]{6,})(?=\r?$)/gm,
  /(?<shown>\bpass:)(?!\s)(?<secret>[^\s'"]+)/g,
  // `login u password p` of a .netrc, `host:5432:db:user:password` of a .pgpass.
  /(?<shown>\blogin\s+\S+\s+password\s+|^[\w.*-]{1,100}:(?:\d{1,5}|\*):[\w.*-]{1,60}:[\w.*-]{1,60}:)(?<secret>[^\s:]\S*)/gim,
  // What messages of databases tell of rows.
  /(?<shown>(?:failing row contains |duplicate key value is )\()(?<secret>[^\n]{1,1000}?)\)(?=[.,;]?(?:\s|$))/gi,
  /(?<shown>(?:invalid input (?:syntax|value) for [^:"]{1,60}: |(?:in|trunc)[a-z]{1,8} (?:\w{1,20} ){0,2}value: |with args beginning with: |preview of field's value: |converting the \w{1,20} value |out of range: |input_value=|malformed \w{1,20} literal: |cannot parse input: [^\n]{0,40}before: |line \d{1,9}, column [^:\n]{1,60}: |\b(?:token|value) (?="[^"\n]{1,200}" is (?:invalid|out of range)))(?<quote>["']))(?<secret>[^\n]{1,200}?)\k<quote>(?=\\n|[.,;)]?(?:\s|$))/gi,
  /(?<shown>\bJSON data, line \d{1,9}: )(?<secret>[^\n]{1,1000})/g,
  // What a driver prints beside a statement.
  /(?<shown>(?:\bbindings|\b(?:sql|query)["']?:[^\n]{1,1000}?\bparameters)["']?:\s?\[)(?<secret>[^\]\n]{1,1000})(?=\])/gi,
  // What MySQL quotes of a statement from the fault on: no statement, if a part of a value.
  /(?<shown>\bnear ')(?=[\w.]*[^\w.\s(,;'])(?<secret>[^\n]{1,500}?)(?=' at line \d)/g,
  /(?<shown>duplicate entry ')(?!\d{1,11}')(?<secret>[^\n]{0,500}?)' for key /gi,
  // Lines that are indented deeper than their key, as in YAML.
  new RegExp(
    String.raw`(?<shown>^(?<indent>[^\S\r\n]*)(?:-(?<dash>[^\S\r\n]+))?["']?(?<key>[\p{L}\p{N}_.-]{1,60})["']?:[^\S\r\n]*(?:[!&][\w!.-]+[^\S\r\n]+){0,3}(?:[|>][+-]?\d?)?[^\S\r\n]*\r?\n)(?=(?<secret>\s*?${DEEPER}(?:\s+?${DEEPER})*))`,
    'gmu',
  ),
  // A line of its own: `password<tab>x`, `password | x`, `"password","x"`; with a second name it may be the header of a table.
  /(?<shown>^[^\S\n]*["'`]?(?<key>[^\t\n]{1,300}(?=\t)|[\p{L}_][\p{L}\p{N}_. -]{0,60}?)["'`]?[^\S\t\n]*(?:\t|\|[^\S\n]|[,;](?=")))(?!["'`]?[\p{L}_.]{1,40}\d{0,2}(?: [\p{L}_.]{1,40})?["'`]?\s*$)(?<secret>(?<=\t)[^\t\n]+|[^\s|]+[^\S\n]*)$/gmu,
  // The element of XML; nothing is said of `AUTH <password> called without …`.
  /(?<shown><(?<key>[\p{L}\p{N}_.:-]{1,100})(?:\s[^<>]{0,400})?(?<!\/)>(?:<!\[CDATA\[)?)(?! [a-z]+ [^<]*$)(?<secret>(?<=CDATA\[)(?:(?!\]\]>)[\s\S])+|[^<]+)/gu,
];

const WORDS_FOR_A_KEY =
  '(?:(?:field|param|header|attr|env|property)?_?(?:name|key)|(?:instance|data)?path|param|parameter|field|property|attribute|variable|output|header|option|command|method|type|id|k|n)';
const WORDS_FOR_A_VALUE =
  '(?:(?:field|param|header|attr|env|property)?_?value|values|val|received|v|text|content|data|default|input|args|params)';
/** `name=`, `"name": "`, `path "`, `value [` */
const IS = String.raw`(?:["']?\s{0,9}[:=]>?(?:\s{0,9}["']|[^\S\n]{0,9})|\s["'\x60]|\s(?=\[))`;
/** `"name": "password"`, `field 'password'`, `<name>password`, `"loc": ["body", "password"]` */
const NAME = new RegExp(
  String.raw`(?:\b${WORDS_FOR_A_KEY}${IS}|<(?:name|key)>\s{0,99}|"(?:loc|path)"\s{0,9}:\s{0,9}\[[^\]]{0,200}?"(?=[^"\]]{1,60}"\s{0,9}\]))(?<key>(?<=["'\x60>])[^"'\x60\n=,;{}<>]{1,60}|[^\s"'\x60=:,;&{}<>\[]{1,60}(?:(?: [\w-]{1,20}){1,3}(?=\r?\n))?)`,
  'gi',
);
/** A list, what stands in quotes, an element, a line, a word. */
const TOLD = String.raw`(?<secret>\[[^[\]]{1,500}\]|(?<=")(?:[^"\\]|\\.)*|(?<=')(?:[^'\\]|\\.)*|(?<=>)[^<]+|(?<=\n)[^\r\n]+|(?<!["'>\n])[^\s,;&}>"'\x60[{]+)`;
const VALUE = String.raw`\b${WORDS_FOR_A_VALUE}${IS}`;
const VALUE_BEHIND = new RegExp(
  `(?<shown>${[
    // the part of a form
    String.raw`"?(?:;[^\r\n]{0,200})?(?:\r?\n[\w-]{1,40}:[^\r\n]{0,200}){0,3}\r?\n\r?\n`,
    // `", "value": "`; `variable "password" { default = "`
    String.raw`(?:["']\s{0,9}\{)?(?:(?!\n\s*-)[^{}<>]|\{[^{}]{0,100}\}){0,300}?${VALUE}`,
    // `<property name="password">`, `<name>password</name><value>`
    String.raw`(?<=<[^<>]{0,160})["'][^<>]{0,200}(?<!\/)>|<\/(?:name|key)>\s{0,99}(?:<\w{1,60}>\s{0,99}){1,2}`,
  ].join('|')})${TOLD}`,
  'iy',
);
const VALUE_BEFORE = new RegExp(`(?<shown>${VALUE})${TOLD}`, 'gi');

/** What a group of these names must look like to be a secret; `segment` and `id` read `*`. */
const LOOKS: Readonly<Record<string, (text: string) => boolean>> = {
  random: (text) => isRandom(text) || /^[0-9a-f]{32,}$/i.test(text),
  mixed: isRandom,
  segment: isRandom,
  // Letters and digits in one word, other than the name of an algorithm.
  password: (text) =>
    /^(?!(?:sha|md|bcrypt|pbkdf|argon|scrypt|oauth|v)-?\d)(?=.*\d)(?:.*[a-z]|\d{6}$)/is.test(text),
  secret: () => true,
  id: () => true,
};

/** Finds what is a secret by what stands around it. */
export function findByPatterns(view: View, keys: SecretKeys): void {
  findNamed(view, keys);
  for (const pattern of PATTERNS) {
    for (const { index, groups = {} } of view.matches(pattern)) {
      const { shown = '', key } = groups;
      const [look = '', secret = ''] =
        Object.entries(groups).find(([name, text]) => name in LOOKS && text) ?? [];
      const start = index + shown.length + secret.search(/\S|$/);
      const isSegment = look === 'segment' || look === 'id';
      // `scott/tiger@orcl` is hidden already.
      if ((isSegment && view.isHidden(start)) || !LOOKS[look]?.(secret)) continue;
      if (key === undefined || keys.hides(key, secret.trim()))
        view.hide(start, index + shown.length + secret.length, isSegment ? '*' : undefined);
    }
  }
}

/** A pair may tell its key as a value, in any order and notation: `{"name": "password", "value": "x"}`. */
function findNamed(view: View, keys: SecretKeys): void {
  const { text } = view;
  for (const { 0: name, index, groups } of view.matches(NAME)) {
    const key = groups?.key ?? '';
    if (keys.secrecy(key) === undefined) continue;
    const opening = Math.max(text.lastIndexOf('{', index), text.lastIndexOf('<', index), index - 300, -1) + 1;
    const behind = view.matchAt(VALUE_BEHIND, index + name.length);
    const found = behind ?? [...text.slice(opening, index).matchAll(VALUE_BEFORE)].at(-1);
    const { shown = '', secret = '' } = found?.groups ?? {};
    const start = (found?.index ?? 0) + shown.length + (behind === undefined ? opening : 0);
    if (keys.hides(key, secret)) view.hide(start, start + secret.length);
  }
}
