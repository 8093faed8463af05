import { decoded } from './percent-encoding.ts';

/**
 * When a key gives its value away: always; unless it stands before a colon in a sentence (`bad auth : failed`);
 * or in a query string only.
 */
type Secrecy = 'always' | 'outside-prose' | 'in-query';

/** Secret wherever they are a whole word of a key. */
const WORDS = words(`
  authorization bearer cookie cred credential csrf hmac jsessionid jwt otp passcode passphrase passwd password
  phpsessid pw pwd secret sess sessid session sid sig signature token totp xsrf`);

/** Words in a row, also run together: `api key` is `apiKey`, `api-key` and `apikey` as well. */
const PHRASES = [
  ...before('code', 'auth verification'),
  ...before('key', 'access account api app application auth encryption functions master private secret'),
  ...before('key', 'session shared signing subscription'),
  ...before('password', 'admin confirm current db login my mysql new old pg redis root user'),
  ...before('secret', 'api app client consumer shared'),
  ...before('token', 'access api app auth bearer client csrf device id refresh security session user xsrf'),
  ...['access key id', 'secret access key', 'shared access key', 'shared access signature', 'session id'],
  ...['client assertion', 'code verifier', 'connection string', 'pass phrase', 'pass word', 'saml response'],
  'x auth',
];

/** Secret as the last word of a key: `DB_PASS` is, `auth.type` is not. */
const LAST_WORDS = new Set(['auth', 'pass']);

/** In a query string it is the answer of an OAuth server or the key of an Azure function, elsewhere a status. */
const QUERY_WORD = 'code';

/** What is longer is no key; its end is judged, so that time does not grow with it. */
const MAX_KEY_UNITS = 200;

const NO_PART_OF_KEY = /[^\p{L}\p{M}\p{N}_.$+[\] -]+/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u;

/** The keys whose values are secrets: the built-in list and the user's own. */
export class SecretKeys {
  readonly #words = new Set<string>();
  readonly #phrases = new Set<string>();
  #longest = 0;

  constructor(users: readonly string[]) {
    for (const key of [...WORDS, ...PHRASES, ...users]) this.#add(key);
  }

  /** Whether and where this key is one. */
  secrecy(key: string): Secrecy | undefined {
    let weaker: Secrecy | undefined;
    for (const run of this.#runs(key)) {
      if (this.#phrases.has(run.text)) return 'always';
      if (run.words > 1) continue;
      if (this.#words.has(run.text)) return 'always';
      if (run.isLast && LAST_WORDS.has(run.text)) weaker = 'outside-prose';
      if (run.text === QUERY_WORD) weaker ??= 'in-query';
    }
    return weaker;
  }

  /** Whether the text ends in a key of several words, such as `the API key`. */
  endsInPhrase(text: string): boolean {
    let end = '';
    let words = 0;
    for (const piece of piecesOf(text).reverse()) {
      end = piece.text + end;
      if (end.length > this.#longest) break;
      if (piece.opensWord) words++;
      if (words > 1 && piece.opensWord && this.#phrases.has(end)) return true;
    }
    return false;
  }

  #add(key: string): void {
    const pieces = piecesOf(key);
    const text = pieces.map((piece) => piece.text).join('');
    if (text === '') return;
    const set = pieces.length === 1 ? this.#words : this.#phrases;
    set.add(text);
    if (!text.endsWith('s')) set.add(`${text}s`);
    this.#longest = Math.max(this.#longest, text.length + 1);
  }

  /** Every row of neighbouring pieces short enough to be an entry. */
  *#runs(key: string): Generator<Run> {
    const pieces = piecesOf(key);
    for (let first = 0; first < pieces.length; first++) {
      let text = '';
      let words = 0;
      for (const [i, piece] of pieces.slice(first, first + this.#longest).entries()) {
        text += piece.text;
        if (text.length > this.#longest) break;
        if (i === 0 || piece.opensWord) words++;
        yield { text, words, isLast: first + i === pieces.length - 1 };
      }
    }
  }
}

interface Piece {
  readonly text: string;
  readonly opensWord: boolean;
}

interface Run {
  readonly text: string;
  /** How many words it touches. */
  readonly words: number;
  readonly isLast: boolean;
}

/** `x-ApiKey` as x, api and key, the last of them inside a word. */
function piecesOf(key: string): Piece[] {
  const words = key.slice(-MAX_KEY_UNITS).match(WORD) ?? [];
  return words.flatMap((word) =>
    word.split(HUMP).map((piece, i) => ({ text: piece.toLowerCase(), opensWord: i === 0 })),
  );
}

/** A key as it was before it was percent-encoded: `token`, also of `/cb%3Ftoken`. */
export function plainKey(key: string): string {
  if (!key.includes('%')) return key;
  const parts = decoded(key.slice(-MAX_KEY_UNITS)).split(NO_PART_OF_KEY);
  return parts.findLast((part) => part !== '') ?? '';
}

function before(last: string, firsts: string): string[] {
  return words(firsts).map((first) => `${first} ${last}`);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
