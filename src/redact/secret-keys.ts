import { detached } from '../wire/text.ts';
import { isRandom } from './shapes.ts';

/**
 * How much a key gives away: `own`, a key of the user's: everything. `password`: all but numbers of up to three digits.
 * `code`, a one-time code: all but two digits. `pin`: digits. `token`: all but numbers. `auth`: as `token`, unless it
 * stands before a colon in a sentence. `query`: everything in a query string, elsewhere what looks like a token.
 */
type Secrecy = 'own' | 'password' | 'code' | 'pin' | 'token' | 'auth' | 'query';

/** Between the words of a phrase no separator is needed: `api key` is `apiKey`, `api-key` and `apikey` as well. */
const KEYS: Readonly<Partial<Record<Secrecy, readonly string[]>>> = {
  password: [
    ...words('password passwd passphrase passcode pwd pw psw pswd secret'),
    ...before('password', 'admin confirm current db login my mysql new old pg redis root user'),
    ...before('secret', 'api app client consumer shared corp'),
    ...words(
      'passwort kennwort contraseña contrasena senha motdepasse wachtwoord пароль パスワード 비밀번호',
    ),
    ...['pass phrase', 'pass word', 'mot de passe', 'user pass', 'store pass', 'key pass'],
  ],
  code: [
    ...words('otp totp hotp captcha cvv cvv2 cvc passcode vcode yzm'),
    ...before(
      'code',
      'auth verification verify sms security confirmation access activation login reset backup',
    ),
    ...before('code', 'recovery device user js authorization pin pass captcha mfa'),
  ],
  pin: ['pin'],
  token: [
    ...words(
      'authorization bearer cookie cred creds credential csrf hmac jsessionid jwt phpsessid sess sessid',
    ),
    ...words('session sid sig signature token xsrf токен トークン 토큰'),
    ...before('key', 'access account api app application auth encryption functions master private secret'),
    ...before(
      'key',
      'session shared signing subscription license licence pay partner mch merchant map service aes des sign ssh',
    ),
    ...before('token', 'access api app auth bearer client csrf device id refresh security session user xsrf'),
    ...[
      'access key id',
      'access id',
      'secret id',
      'secret access key',
      'shared access key',
      'shared access signature',
    ],
    ...[
      'session id',
      'client assertion',
      'code verifier',
      'oauth verifier',
      'connection string',
      'saml response',
      'saml request',
    ],
    ...['x auth', 'auth sign', 'pay sign', 'jsapi ticket', 'suite ticket', 'app ticket'],
  ],
};

/** All keys that are secret wherever they stand. */
export const BUILT_IN_KEYS = Object.values(KEYS).flat();

/** Keys in Chinese and the like end in one of these: `支付密码` does, `密码错误` does not. */
const HAN: Readonly<Partial<Record<Secrecy, readonly string[]>>> = {
  password: words('密码 密碼 口令 暗証番号 パスワード'),
  code: words('验证码 驗證碼 校验码 校驗碼 动态码 短信码 授权码 提取码 激活码 确认码 認証コード 인증번호'),
  token: words('密钥 密鑰 秘钥 私钥 私鑰 金鑰 令牌 权杖 權杖 签名 簽名 凭证 凭据 憑證 会话 秘密 トークン'),
};

/** Secret as the last word of a key only: `DB_PASS` is, `auth.type` is not. */
const LAST: Readonly<Record<string, Secrecy>> = {
  ...{ auth: 'auth', pass: 'auth' },
  ...{ sign: 'query', ak: 'query', sk: 'query', ticket: 'query', assertion: 'query', signed: 'query' },
};
/** Secret in a query string where it is the whole key. */
const WHOLE = new Set(['key', 'code']);

/** What a key is about whose last word is one of these is no secret, but something about one. */
const ABOUT = new Set(
  words(`count counts total ttl version versions type types length len size age days expires expiry expiration exp
    expire at in valid invalid validity enabled disabled required optional attempts attempt retries limit max min status
    state method mode algorithm algorithms alg algo policy strength reset changed change url uri endpoint path file dir
    directory index column prefix suffix provider issuer scheme format kind usage used remaining budget ms millis
    seconds minutes duration timeout time date timestamp name names label title hint field fields error errors
    exception warning message reason created updated issued present exists missing found ok verified source origin
    region scope scopes audience nonce required rotation lifetime unique idx uq pkey ref refs reference`),
);

/** A participle between a key and its value. */
const TOLD = / (?:provided|given|supplied|received|specified|sent|used)$/i;
const MAX_KEY_UNITS = 200;
const MAX_JUDGED = 1_000;
const JUDGED_UNITS = 60;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

/** Stands for nothing, or for something that is hidden already. */
const NOTHING =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|nan|[*•.?…_ -]{0,40}|\[?<?(?:redacted|filtered|masked|hidden)>?\]?|%[sd]|\$\d{1,3})$/i;
const HEX = /^[0-9a-f]{32,}$/i;
const NUMBER = /^[+-]?\d{1,11}(?:\.\d+)?$/;

/** The keys whose values are secrets: the built-in list and the user's own. */
export class SecretKeys {
  readonly #entries = new Map<string, { readonly secrecy: Secrecy; readonly isPhrase: boolean }>();
  /** Keys repeat; bounded by count and length. */
  readonly #judged = new Map<string, Secrecy | undefined>();
  #longest = 0;

  constructor(users: readonly string[]) {
    for (const [secrecy, keys] of Object.entries(KEYS))
      for (const key of keys) this.#add(key, secrecy as Secrecy);
    for (const key of users) this.#add(key, 'own');
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
    const pieces = piecesOf(key);
    const last = pieces.at(-1)?.text ?? '';
    let found: Secrecy | undefined;
    for (const run of this.#runs(pieces)) {
      const entry = this.#entries.get(run.text);
      if (entry === undefined || (run.words > 1 && !entry.isPhrase)) continue;
      if (entry.secrecy === 'own') return 'own';
      // A one-time code is more of a secret than a key it belongs to.
      if (found === undefined || entry.secrecy === 'code') found = entry.secrecy;
    }
    if (ABOUT.has(last)) return undefined;
    if (found !== undefined) return found;
    if (pieces.length === 1 && WHOLE.has(last)) return 'query';
    return LAST[last] ?? hanSecrecy(last);
  }

  /** Whether the text ends in a key of several words: `the API key`, `the token provided`. */
  endsInPhrase(text: string): boolean {
    const told = text.replace(TOLD, '');
    if (told !== text && this.secrecy(/[^ ]*$/.exec(told)?.[0] ?? '') !== undefined) return true;
    return this.#endsInEntry(told);
  }

  #endsInEntry(text: string): boolean {
    let end = '';
    let words = 0;
    for (const piece of piecesOf(text).reverse()) {
      end = piece.text + end;
      if (end.length > this.#longest) break;
      if (piece.opensWord) words++;
      if (words > 1 && piece.opensWord && this.#entries.get(end)?.isPhrase) return true;
    }
    return false;
  }

  #add(key: string, secrecy: Secrecy): void {
    const pieces = piecesOf(key);
    const text = pieces.map((piece) => piece.text).join('');
    if (text === '') return;
    const entry = { secrecy, isPhrase: pieces.length > 1 };
    this.#entries.set(text, entry);
    if (!text.endsWith('s')) this.#entries.set(`${text}s`, entry);
    this.#longest = Math.max(this.#longest, text.length + 1);
  }

  /** Every row of neighbouring pieces short enough to be an entry. */
  *#runs(pieces: readonly Piece[]): Generator<{ readonly text: string; readonly words: number }> {
    for (let first = 0; first < pieces.length; first++) {
      let text = '';
      let words = 0;
      for (const [i, piece] of pieces.slice(first, first + this.#longest).entries()) {
        text += piece.text;
        if (text.length > this.#longest) break;
        if (i === 0 || piece.opensWord) words++;
        yield { text, words };
      }
    }
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
      return /\d{3}/.test(value) || isRandom(value);
    case 'query':
      return inQuery ? !/^\d{1,3}$/.test(value) : isRandom(value) || HEX.test(value);
    default:
      return !NUMBER.test(value);
  }
}

function hanSecrecy(word: string): Secrecy | undefined {
  if (!/[^\p{ASCII}]/u.test(word)) return undefined;
  const name = word.replace(/[是为為]$/, '');
  const found = Object.entries(HAN).find(([, ends]) => ends.some((end) => name.endsWith(end)));
  return found?.[0] as Secrecy | undefined;
}

interface Piece {
  readonly text: string;
  readonly opensWord: boolean;
}

/** `x-ApiKey` as x, api and key, the last of them inside a word. */
function piecesOf(key: string): Piece[] {
  // Full-width letters read as those of ASCII.
  const found = key.slice(-MAX_KEY_UNITS).normalize('NFKC').match(WORD) ?? [];
  return found.flatMap((word) =>
    word.split(HUMP).map((piece, i) => ({ text: piece.toLowerCase(), opensWord: i === 0 })),
  );
}

function before(last: string, firsts: string): string[] {
  return words(firsts).map((first) => `${first} ${last}`);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
