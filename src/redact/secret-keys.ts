import { detached } from '../wire/text.ts';
import { isRandom } from './shapes.ts';

/**
 * How much a key gives away: `own`, a key of the user's: everything. `password`: all but numbers of up to three digits.
 * `code`, a one-time code: all but two digits. `pin`: digits. `token`: all but numbers. `auth`: as `token`, unless it
 * stands before a colon in a sentence. `query`: everything in a query string, elsewhere what looks like a token.
 */
type Secrecy = 'own' | 'code' | 'password' | 'pin' | 'token' | 'auth' | 'query';

/**
 * Secret wherever they stand in a key; `a|b c` is `a c` and `b c`. Between the words of a phrase no separator is
 * needed: `api key` is `apiKey`, `api-key` and `apikey` as well. A one-time code is more of a secret than a key it
 * belongs to, so it comes first.
 */
const KEYS: Readonly<Partial<Record<Secrecy, string>>> = {
  code: `otp, totp, hotp, captcha, cvv, cvv2, cvc, passcode, vcode, yzm, auth|verification|verify|sms|security|confirmation code,
    access|activation|login|reset|backup|recovery|device|user|js|authorization|pin|pass|captcha|mfa code, wx code`,
  password: `password, passwd, passphrase, passcode, pwd, pw, psw, pswd, secret, mnemonic, seed|recovery phrase,
    admin|confirm|current|db|login|my|mysql|new|old|pg|redis|root|user password, api|app|client|consumer|shared|corp secret,
    passwort, kennwort, contraseña, contrasena, senha, motdepasse, wachtwoord, пароль, パスワード, 비밀번호, pass|pass phrase,
    pass word, mot de passe, user|store|key pass`,
  pin: 'pin',
  token: `authorization, bearer, cookie, cred, creds, credential, csrf, hmac, jsessionid, jwt, phpsessid, sess, sessid,
    session, sid, sig, signature, token, xsrf, токен, トークン, 토큰, access|account|api|app|application|auth key,
    encryption|functions|master|private|secret|session|shared|signing|subscription|license|licence|pay|partner key,
    mch|merchant|map|service|aes|des|sign|ssh|idempotency|websocket key, api v3 key, access|api|app|auth|bearer token,
    client|csrf|device|id|refresh|security|session|user|xsrf token, access key id, access|secret id, secret access key,
    shared access key, shared access signature, session id, client assertion, code|oauth verifier, connection string,
    saml|recaptcha|hcaptcha|turnstile response, saml request, x auth, auth|pay sign, jsapi|suite|app ticket`,
};

const BUILT_IN = Object.entries(KEYS).map(
  ([secrecy, keys]) => [secrecy as Secrecy, phrasesOf(keys)] as const,
);

const SORTS = BUILT_IN.map(([secrecy, phrases]) => [secrecy, anyOf(phrases, '(?: |$)')] as const);
const END_OF_PHRASE = anyOf(
  BUILT_IN.flatMap(([, phrases]) => phrases.filter((phrase) => phrase.includes(' '))),
  '(?: ,|$)',
);

/** All keys that are secret wherever they stand. */
export const BUILT_IN_KEYS = BUILT_IN.flatMap(([, phrases]) => phrases);

/** Keys in Chinese and the like end in one of these: `支付密码` does, `密码错误` does not. */
const HAN: Readonly<Partial<Record<Secrecy, string>>> = {
  password: '密码 密碼 口令 暗証番号 パスワード',
  code: '验证码 驗證碼 校验码 校驗碼 动态码 短信码 授权码 提取码 激活码 确认码 認証コード 인증번호',
  token: '密钥 密鑰 秘钥 私钥 私鑰 金鑰 令牌 权杖 權杖 签名 簽名 凭证 凭据 憑證 会话 秘密 トークン',
};

/** Secret as the last word of a key only: `DB_PASS` is, `auth.type` is not. */
const LAST: Readonly<Record<string, Secrecy>> = {
  ...{ auth: 'auth', pass: 'auth' },
  ...{ sign: 'query', ak: 'query', sk: 'query', ticket: 'query', assertion: 'query', signed: 'query' },
};
/** Secret in a query string where it is the whole key. */
const WHOLE = /^(?:key|code|sn)$/;
/** The last word with others right before it: `userpwd`, `csrfmiddlewaretoken`. */
const GLUED = /^(?!htpasswd)\w{2,40}(?:password|passwd|pwd|secret|token|apikey)$/;

/** What a key is about whose last word is one of these is no secret, but something about one. */
const ABOUT = new Set(
  `count counts total ttl version versions type types length len size age days expires expiry expiration exp
    expire at in valid invalid validity enabled disabled required optional attempts attempt retries limit max min status
    state method mode algorithm algorithms alg algo policy strength reset changed change url uri endpoint path file dir
    directory index column prefix suffix provider issuer scheme format kind usage used remaining budget ms millis
    seconds minutes duration timeout time date timestamp name names label title field fields error errors
    exception warning message reason created updated issued present exists missing found ok verified source origin
    consent banner domain samesite httponly notice preference preferences region scope scopes audience nonce required rotation lifetime unique idx uq pkey ref refs reference`.split(
    /\s+/,
  ),
);

/** A participle between a key and its value. */
const TOLD = / (?:provided|given|supplied|received|specified|sent|used)$/i;
const MAX_KEY_UNITS = 200;
const MAX_JUDGED = 1_000;
const JUDGED_UNITS = 60;
/** Of a value: one may begin inside another, over and over. */
const VALUE_UNITS = 200;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;

/** Stands for nothing, or for something that is hidden already. */
const NOTHING =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|nan|[*•.?…_ -]{0,40}|\[?<?(?:redacted|filtered|masked|hidden)>?\]?|%[sd]|\$\d{1,3})$/i;
const HEX = /^[0-9a-f]{32,}$/i;
const NUMBER = /^[+-]?\d{1,11}(?:\.\d+)?$/;

/** The keys whose values are secrets: the built-in list and the user's own. */
export class SecretKeys {
  readonly #own: OwnKeys;
  /** Keys repeat; bounded by count and length. */
  readonly #judged = new Map<string, Secrecy | undefined>();

  constructor(users: readonly string[]) {
    this.#own = new OwnKeys(users);
  }

  /** How much this key gives away; `undefined` if nothing. */
  secrecy(key: string): Secrecy | undefined {
    if (key.length > JUDGED_UNITS) return this.#judge(key);
    if (this.#judged.has(key)) return this.#judged.get(key);
    if (this.#judged.size >= MAX_JUDGED) this.#judged.clear();
    const secrecy = this.#judge(key);
    this.#judged.set(detached(key), secrecy);
    return secrecy;
  }

  #judge(key: string): Secrecy | undefined {
    const forms = formsOf(key);
    if (this.#own.isIn(forms)) return 'own';
    const found = SORTS.find(([, expression]) => expression.test(forms))?.[0];
    const last = /[^ ]*$/.exec(firstOf(forms))?.[0] ?? '';
    if (ABOUT.has(last)) return undefined;
    if (found !== undefined) return found;
    return WHOLE.test(firstOf(forms))
      ? 'query'
      : (LAST[last] ?? (GLUED.test(last) ? 'token' : hanSecrecy(last)));
  }

  /** Whether the text ends in a key of several words: `the API key`, `the token provided`. */
  endsInPhrase(text: string): boolean {
    const told = text.replace(TOLD, '');
    if (told !== text && this.secrecy(/[^ ]*$/.exec(told)?.[0] ?? '') !== undefined) return true;
    const forms = formsOf(told);
    return END_OF_PHRASE.test(forms) || this.#own.isAtEndOf(forms);
  }
}

/** The user's own keys: whole words, apart or together, in the plural too. A set, since there may be thousands. */
class OwnKeys {
  readonly #keys = new Set<string>();
  #longest = 0;

  constructor(users: readonly string[]) {
    for (const user of users) {
      const key = firstOf(formsOf(user)).replaceAll(' ', '');
      if (key === '') continue;
      this.#keys.add(key);
      this.#longest = Math.max(this.#longest, key.length);
    }
  }

  isIn(forms: string): boolean {
    const words = firstOf(forms).split(' ');
    return words.some((_, start) => this.#begins(words.slice(start)));
  }

  isAtEndOf(forms: string): boolean {
    const words = firstOf(forms).split(' ');
    return words.some((_, start) => this.#has(words.slice(start).join('')));
  }

  /** Whether the first few of these words are a key. */
  #begins(words: readonly string[]): boolean {
    let text = '';
    for (const word of words) {
      text += word;
      if (this.#has(text)) return true;
      if (text.length > this.#longest) return false;
    }
    return false;
  }

  #has(text: string): boolean {
    return this.#keys.has(text) || (text.endsWith('s') && this.#keys.has(text.slice(0, -1)));
  }
}

/** Whether this value is one to hide behind a key of this secrecy. */
export function hides(secrecy: Secrecy, value: string, inQuery: boolean): boolean {
  if (NOTHING.test(value)) return false;
  switch (secrecy) {
    case 'own':
      return true;
    case 'password':
      return !/^\d{1,3}$/.test(value);
    case 'code':
      return !/^\d{1,2}$/.test(value);
    case 'pin':
      return /^\D{0,40}\d{3}/.test(value) || isRandom(value.slice(0, VALUE_UNITS));
    case 'query':
      return inQuery ? !/^\d{1,3}$/.test(value) : isRandom(value.slice(0, VALUE_UNITS)) || HEX.test(value);
    default:
      return !NUMBER.test(value);
  }
}

function hanSecrecy(word: string): Secrecy | undefined {
  if (!/[^\p{ASCII}]/u.test(word)) return undefined;
  const name = word.replace(/[是为為]$/, '');
  const found = Object.entries(HAN).find(([, ends]) => ends.split(' ').some((end) => name.endsWith(end)));
  return found?.[0] as Secrecy | undefined;
}

/** `x-ApiKey` by its humps and by its words: `x api key , x apikey`. */
function formsOf(key: string): string {
  // Full-width letters read as those of ASCII.
  const words = key.slice(-MAX_KEY_UNITS).normalize('NFKC').match(WORD) ?? [];
  const text = words.join(' ');
  return `${text.replace(HUMP, ' ')} , ${text}`.toLowerCase();
}

function firstOf(forms: string): string {
  return forms.slice(0, forms.indexOf(' , '));
}

/** Matches any of some phrases, its words apart or together, in the plural too. */
function anyOf(phrases: readonly string[], end: string): RegExp {
  return new RegExp(
    `(?:^| )(?:${phrases.map((phrase) => phrase.replaceAll(' ', ' ?')).join('|')})s?${end}`,
    'u',
  );
}

function phrasesOf(table: string): string[] {
  return table.split(/,\s+/).flatMap((entry) => {
    const [firsts = '', ...rest] = entry.split(' ');
    return firsts.split('|').map((first) => [first, ...rest].join(' '));
  });
}
