import { detached } from '../wire/text.ts';
import { isRandom } from './shapes.ts';

/**
 * How much a key gives away: `own`, a key of the user's: everything. `password`: all but numbers of up to three digits.
 * `code`, a one-time code: all but two digits. `pin`: digits. `token`: all but numbers. `auth`: as `token`, unless it
 * stands before a colon in a sentence. `query`: everything in a query string, elsewhere what looks like a token.
 */
type Secrecy = (typeof SECRECIES)[number];
/** Of several in a key the first counts: a one-time code is more of a secret than a key it belongs to. */
const SECRECIES = ['own', 'code', 'password', 'pin', 'token', 'auth', 'query'] as const;

/**
 * Secret wherever they stand in a key; `a|b c` is `a c` and `b c`. Their words may be apart or together: `api key` is
 * `apiKey`, `api-key` and `apikey` as well.
 */
const KEYS: Readonly<Partial<Record<Secrecy, string>>> = {
  code: `otp, totp, hotp, captcha, cvv, cvc, vcode, yzm, auth|verification|verify|sms|security|confirmation code,
    access|activation|login|reset|backup|recovery|device|user|js|authorization|pin|pass|captcha|mfa code, wx
    code`,
  password: `password, passwd, pwd, pw, psw, pswd, secret, mnemonic, seed|recovery|pass phrase, user|store|key pass,
    passwort, kennwort, contraseña, contrasena, senha, motdepasse, wachtwoord, пароль, パスワード, 비밀번호`,
  pin: 'pin',
  token: `authorization, bearer, cookie, cred, creds, credential, csrf, hmac, jsessionid, jwt, phpsessid, sess, sessid,
    session, sid, sig, signature, token, xsrf, токен, トークン, 토큰,
    access|account|api|app|application|auth|client|consumer key,
    encryption|functions|instrumentation|licence|license|map|master|mch|merchant|partner|pay|private|secret key,
    sentry|service|session|shared|sign|signing|ssh|subscription|aes|des|idempotency|websocket key, api v3 key,
    access key id, access|secret|session id, client assertion, code|oauth verifier, connection string, saml
    request, saml|recaptcha|hcaptcha|turnstile response, x auth, auth|pay sign, jsapi|suite|app ticket`,
};

const BUILT_IN = Object.entries(KEYS).flatMap(([secrecy, keys]) =>
  keys.split(/,\s+/).flatMap((entry) => {
    const [firsts = '', ...rest] = entry.split(/\s+/);
    return firsts.split('|').map((first) => [[first, ...rest].join(' '), secrecy as Secrecy] as const);
  }),
);

/** All phrases that are secret wherever they stand in a key. */
export const BUILT_IN_KEYS = BUILT_IN.map(([phrase]) => phrase);

/** Secret at the end of a key only, or as all of it: `支付密码` and `DB_PASS` are, `密码错误` and `auth.type` are not. */
const ENDS: readonly (readonly [Secrecy, RegExp])[] = [
  ['query', /(?:^| )(?:sign|ak|sk|ticket|assertion|signed)$|^(?:key|code|sn)$/],
  ['auth', /(?:^| )(?:auth|pass)$/],
  ['password', /(?:密码|密碼|口令|暗証番号|パスワード)$/],
  ['code', /(?:[验驗校][证證验驗]|[动動][态態]|短信|授权|提取|激活|确认)[码碼]$|(?:認証コード|인증번호)$/],
  ['token', /(?:[密秘私金][钥鑰]|令牌|[权權]杖|[签簽]名|[凭憑][证證]|凭据|会话|秘密|トークン)$/],
  // Anywhere, behind other words without a separator: `userpwd`, `csrfmiddlewaretoken`.
  ['token', /(?:^| )(?!htpasswd)\w{2,40}(?:password|passwd|pwd|secret|token|apikey)s?(?: |$)/],
];

/** What a key is about whose last word is one of these is no secret, but something about one. */
const ABOUT = new Set(
  `count counts total ttl version versions type types length len size age days expires expiry expiration
    exp expire at in valid invalid validity enabled disabled required optional attempts attempt retries
    limit max min status state method mode algorithm algorithms alg algo policy detail details strength
    reset changed change url uri endpoint path file dir directory index column prefix suffix provider
    issuer scheme format kind usage used remaining budget ms millis seconds minutes duration timeout
    time date timestamp name names label title field fields error errors exception warning failure message
    reason created updated issued present exists missing found ok verified source origin consent banner
    domain samesite httponly notice preference preferences region scope scopes audience nonce rotation
    lifetime unique idx uq pkey ref refs reference`.split(/\s+/),
);

/** A participle between a key and its value. */
const TOLD = / (?:provided|given|supplied|received|specified|sent|used)$/i;
const MAX_KEY_UNITS = 200;
const MAX_JUDGED = 1_000;
const JUDGED_UNITS = 60;
/** Of a value: one may begin inside another, over and over. */
const VALUE_UNITS = 200;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Matches nothing. */
const NEVER = /(?!)/;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;

/** Stands for nothing, for a state or type, for the name of a kind of token, or for something that is hidden already. */
const NOTHING =
  /^(?:true|false|yes|no|on|off|ok|enabled|disabled|required|optional|null|nil|none|undefined|nan|string|number|boolean|object|array|omit|include|same-origin|(?:access|refresh|id)_token|[*•.?…_ "'-]{0,40}|[|>][+-]?\d?|\[?<?(?:redacted|filtered|masked|hidden)>?\]?|%[sd]|\$\d{1,3})$/i;
const NUMBER = /^[+-]?\d{1,11}(?:\.\d+)?(?:[mnμu]?s|[mhdkM%])?$/;
/** What is no secret behind a key; that of a query string counts as a password there. */
const HARMLESS: Readonly<Record<Secrecy, RegExp>> = {
  ...{ own: NEVER, code: /^\d{1,2}$/, password: /^\d{1,3}$/, pin: /^(?!\D{0,40}\d{3})/, token: NUMBER },
  ...{ auth: NUMBER, query: /^(?![0-9a-f]{32,}$)/i },
};

/** The keys whose values are secrets: the built-in list and the user's own. */
export class SecretKeys {
  /** By their words together. There may be thousands of the user's. */
  readonly #phrases = new Map<string, Secrecy>();
  #longest = 0;
  /** Keys repeat; bounded by count and length. */
  readonly #judged = new Map<string, Secrecy | undefined>();

  constructor(users: readonly string[]) {
    for (const [phrase, secrecy] of [...BUILT_IN, ...users.map((user) => [user, 'own'] as const)]) {
      const text = wordsOf(phrase).join('');
      if (text === '') continue;
      this.#phrases.set(text, secrecy);
      this.#longest = Math.max(this.#longest, text.length + 1);
    }
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
    const words = wordsOf(key);
    // By its humps and without: `x-ApiKey`, `x-APIkey`.
    const found = [...this.#found(words), ...this.#found(wordsOf(key, NEVER))];
    const most = SECRECIES.find((secrecy) => found.includes(secrecy));
    if (most !== 'own' && ABOUT.has(words.at(-1) ?? '')) return undefined;
    return most ?? ENDS.find(([, end]) => end.test(words.join(' ').replace(/[是为為]$/, '')))?.[0];
  }

  /** Whether this value is one to hide behind this key, of this secrecy. */
  hides(key: string, value: string, { secrecy = this.secrecy(key), inQuery = false } = {}): boolean {
    if (secrecy === undefined || NOTHING.test(value)) return false;
    const harmless = HARMLESS[inQuery && secrecy === 'query' ? 'password' : secrecy];
    return !harmless.test(value) || isRandom(value.slice(0, VALUE_UNITS));
  }

  /** How much a key gives away behind words that may belong to it: `the API` `key`, `the token` `provided`. */
  secrecyBehind(before: string, key: string): Secrecy | undefined {
    const secrecy = this.secrecy(key);
    if (before === '' || (secrecy !== undefined && secrecy !== 'query')) return secrecy;
    const words = wordsOf((before + key).replace(TOLD, ''));
    return words.some((_, start) => this.#secrecyOf(words.slice(start)) !== undefined) ? 'token' : secrecy;
  }

  /** What any words in a row are. */
  #found(words: readonly string[]): (Secrecy | undefined)[] {
    return words.flatMap((_, start) =>
      // No word is shorter than a unit.
      words
        .slice(start, start + this.#longest)
        .map((_, n) => this.#secrecyOf(words.slice(start, start + n + 1))),
    );
  }

  /** What these words are together, in the plural too; a key of a few letters is one word: `s.id` is no `sid`. */
  #secrecyOf(words: readonly string[]): Secrecy | undefined {
    const text = words.join('');
    if (words.length > 1 && text.length < 5) return undefined;
    return this.#phrases.get(text) ?? this.#phrases.get(text.replace(/s$/, ''));
  }
}

/** `x-ApiKey` is `x`, `api`, `key`. Full-width letters read as those of ASCII. */
function wordsOf(key: string, hump: RegExp = HUMP): string[] {
  const text = key.slice(-MAX_KEY_UNITS).normalize('NFKC').replace(hump, ' ').toLowerCase();
  return text.match(WORD) ?? [];
}
