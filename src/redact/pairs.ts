import type { SecretKeys } from './secret-keys.ts';
import { bareValue, nestedValue, quotedValue, restOfLine, type Value } from './values.ts';
import type { View } from './views.ts';

/** What may stand between a key and its value. What stands before it is looked at last, so that most units cost little. */
const SIGN = new RegExp(
  [
    // `apiKey: string = "x"`
    String.raw`:\s?(?:string|str|any)\s?=(?!=)`,
    // `=`, `:`, `=>`, `==`, `!=`, full-width ones, arrows; but not `Token::parse`, `/token.js:10:5`, `//token-service:8080`
    String.raw`(?=[=:：＝])(?!::+\S|:\d{1,5}(?!\w)(?<=[/\\@.-]\w{0,60}:\d{1,5}))[=:：＝]+>?|[!<>~^]?=|->|<-|[→⇒【]`,
    // `setPassword("x")`, "Path `password` (`x`)"
    String.raw`\((?=["'\x60])(?<=(?:\bPath \x60[^\x60\n]{1,60}\x60\s|\b(?:set|with|new )?[pP]ass(?:word|phrase|wd)?|\b(?:set|with)(?!Cookie)[A-Z]\w{1,60})\()`,
    // `:password "x"` of Clojure; `s:8:"password";s:1:"x"` of PHP
    String.raw`\s{1,9}(?=")(?<=(?:^|[\s{]):[\w-]{1,100}\s{1,9})|;s:\d{1,5}:(?=")(?<=";s:\d{1,5}:)`,
    // a word: of OData; of messages, before a quote: `password is "x"`
    String.raw`\s{1,9}(?:eq|ne|like|equals|matches)\s{1,9}|\s(?:is|was|with value|got invalid value)\s(?=["'\x60“])`,
    // the space behind `--password`, `setx PASSWORD`
    String.raw`[^\S\r\n]{1,9}(?=[^\s-]|-(?=\S{0,30}\d)[\w]\S{7})(?<=(?:(?:^|\s)--?|\b(?:ENV|setx|config(?:ure)?[\s:]set)\s)[\w.:/-]{2,100}[^\S\r\n]{1,9})`,
    // a dash or dots: `password -- x`, `password ..... x`, `(password . x)`
    String.raw`\s{1,3}(?:--|[–—]|\.{1,60})\s{1,3}(?=\S{0,60}\d)`,
    // the comma of `["token", "x"]` as a whole, or before what is no name: in a list of names none is a value
    String.raw`,\s{0,99}(?=(?:"[^"\n]{0,500}"|'[^'\n]{0,500}')\s{0,9}[\])])(?<=(?:\(|[[,]\s{0,9}\[)\s{0,9}["'][\p{L}\p{N}_.-]{1,99}["']\s{0,9},\s{0,99})`,
    String.raw`,\s{0,99}(?=(["'])(?:[a-zA-Z_ -]{0,40}(?!\1)[^a-zA-Z_ -]|[a-zA-Z_ -]{41}))(?<=["'][\p{L}\p{N}_.-]{1,99}["']\s{0,9},\s{0,99})`,
  ].join('|'),
  'gu',
);
/** A key, what closes it (`"`, `]`, `&quot;`, a gloss in parentheses) and spaces. */
const KEY_BEFORE =
  /(?<=(?<name>[\p{L}\p{M}\p{N}_.%$+[\]-]{1,300})(?<closing>(?:[\]"'`”」』!<>~^]{1,12}|\s?[（(](?<gloss>[^()（）]{1,40})[）)])\s{0,99}|[^\S\r\n]{0,99}))/uy;
const SIGN_OF_A_SENTENCE = /^\s*(?:[:：]|--|[–—]|\.+)\s*$/;
const CLOSING_QUOTE = /["'`”」』]/;
const SPACE = /[^\S\r\n]*/y;
/** In JSON the value may stand on another line, in what PHP prints behind its type. */
const SPACE_IN_JSON = /\s{0,99}(?:string\(\d+\)\s(?=")|(?=["'`{[\d]))|[^\S\r\n]*/y;
/** A query string goes on from one parameter to the next. */
const QUERY_BEFORE = /(?<=[?&#]|\?[^\s"'`]{0,500};)/y;
/** Headers whose value is the rest of the line. */
const LONG_HEADER = /(?:authorization|cookie2?|-signature)s?$/i;
const HIDDEN_BEFORE = /^["'`]?\*{3}/;
/** Statements name columns and parameters: `a.token = b.token`, `token = :token`. */
const REFERENCE = /^(?:[@:$]|\w+\.)(\w+)$/;
/** The words before a key that may belong to it: `the API key`, `the token provided`. */
const WORDS_BEFORE = /(?<=((?:[\p{L}\p{N}]{1,20} ){1,3}))/uy;
/** How a sentence goes on, as those of validators do: `password: must be at least 8 characters`. */
const VERBS =
  "must|should|shall|is|are|was|were|has|have|had|can|cannot|can't|could|may|might|not|no|too|does|did|do|doesn't|don't|at least|at most|needs?|requires?|required|invalid|missing|incorrect|wrong|expired|failed|unexpected|expected|please|the|this|may not|never|already|only";
const PROSE = new RegExp(
  `(?:${VERBS}|bad|failure|unknown|unauthorized|unauthenticated|denied|forbidden|rejected|refused|revoked|malformed|mismatch|mismatched|empty|blank|contains|value|field|unsupported|authentication|length|minimum|maximum|user|you|your|this|that|there|for|and|or|with|without|from|string|expiration|signature|between|more|less|longer|shorter|characters)\\b(?=[\\s,;!?"')\\]}]|[.:](?:\\s|$)|$)|不|必须|必須|错误|長度|长度|无效|無效|为空|为必填|已过期|未|请|請|需|应|至少|最多|格式|\\d+ ?(?:文字|位|个字|자)`,
  'iy',
);
/** No token is written so: `会话：用户未登录`. */
const HAN_ONLY = /[\p{sc=Han}\p{sc=Hiragana}]{2,100}(?=[\s，。；！？,.;!?]|$)/uy;
/** In quotes, also as the first of a list: `{"password": ["is required"]}`. */
const SENTENCE = new RegExp(
  `(?:\\[\\s*)?["'\`“「『【](?:(?:${VERBS})\\s+[a-z]|不|必须|必須|长度|格式|请)`,
  'iy',
);

/** Finds the value of every key that is secret, in any notation, in one walk from sign to sign. */
export function findPairs(view: View, keys: SecretKeys): void {
  /** The end of the values that were found. One that begins inside another may go on behind it. */
  let hiddenTo = 0;
  let nestedTo = 0;
  for (const sign of view.matches(SIGN)) {
    const value = sign.index < nestedTo || view.isRead(sign.index) ? undefined : secretAt(view, keys, sign);
    if (value === undefined) continue;
    if (value.by !== undefined && /[[{]/.test(view.text.charAt(value.start))) nestedTo = value.end;
    if (value.end <= hiddenTo) continue;
    view.hide(Math.max(value.start, hiddenTo), value.end, value.by);
    hiddenTo = value.end;
  }
}

/** The value behind a sign, if the key before it makes a secret of it. */
function secretAt(view: View, keys: SecretKeys, { 0: sign, index }: RegExpExecArray): Value | undefined {
  const { text } = view;
  const { name = '', closing = '', gloss = '' } = view.matchAt(KEY_BEFORE, index)?.groups ?? {};
  const start = index - closing.length - name.length;
  // A piece of a secret may look like a key: `-pX7Pwd shop`.
  const isSecret = sign.trim() === '' && view.isHidden(start + name.length - 1);
  if (name === '' || isSecret) return undefined;
  // `-Dpassword=x`, but `-Password=x`; `应用密钥（AppSecret）：x`
  const isOption = sign.includes('=') && keys.secrecy(name) === undefined;
  const key = `${isOption ? name.replace(/^-[DPJ](?=[a-z])/, '') : name} ${gloss}`.trim();
  const inQuery = /^=+$/.test(sign) && closing === '' && view.matchAt(QUERY_BEFORE, start) !== undefined;
  const secrecy = keys.secrecyBehind(view.matchAt(WORDS_BEFORE, start)?.[1] ?? '', key);
  if (secrecy === undefined) return undefined;
  const unlessHarmless = (value: Value) => {
    const shown = text.slice(value.start, value.end);
    const isReference = REFERENCE.exec(shown)?.[1] === key.split('.').at(-1);
    return keys.hides(key, shown, { secrecy, inQuery }) && !isReference && !HIDDEN_BEFORE.test(shown)
      ? value
      : undefined;
  };
  const valueAt = index + sign.length;
  if (inQuery) return unlessHarmless(bareValue(view, valueAt, true));
  /** The quote that closes the key; empty if it has none. */
  const quote = CLOSING_QUOTE.exec(closing)?.[0] ?? '';
  const gap = view.matchAt(quote !== '' && /^[:=]/.test(sign) ? SPACE_IN_JSON : SPACE, valueAt);
  const from = valueAt + (gap?.[0].length ?? 0);
  if (view.matchAt(SENTENCE, from)) return undefined;
  const enclosed = quotedValue(view, from);
  if (enclosed !== undefined) return unlessHarmless(enclosed);
  const nested = nestedValue(view, from, quote || '"');
  if (nested !== undefined) return nested;
  if (quote === '' && SIGN_OF_A_SENTENCE.test(sign)) {
    const isProse = secrecy === 'auth' || view.matchAt(PROSE, from);
    if (isProse || (secrecy === 'token' && view.matchAt(HAN_ONLY, from))) return undefined;
  }
  const bare = unlessHarmless(bareValue(view, from, false));
  return bare && LONG_HEADER.test(key) ? restOfLine(view, from, start) : bare;
}
