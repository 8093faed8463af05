/** Statements that may hold a password, and what of theirs does. */
const ACCOUNT_VERB = /^(?:create|alter|modify|change|set|connect|conn|grant)$/;
const ACCOUNT = /^(?:user|role|login|link|group|account|password|authorization)$/;
const NO_ACCOUNT = /^(?:table|view|index|function|procedure|trigger|type|materialized)$/;
/** The words behind which a password stands, by what the statement is about: an account, a connection, a user. */
const OF_ACCOUNT = /(?:password|passwd|pwd|passphrase)$/;
const OF_CONNECTION = /(?:password|passwd|pwd|passphrase)$|^using$/;
const OF_IDENTIFIED = /^(?:by|replace|using)$/;

/** Between the word and the password; or what tells that there is none. */
const BEFORE = String.raw`\s*(?:=|\(|values\b|for\b[^=;]*=)`;
const NONE = String.raw`\s*(?:(?:expire|never|default|null|history|interval|lifetime|require|optional|current|verify|disable|enable|unlimited|policy|lock|unlock|reuse|life|grace|is|not|change)\b|[),;?:@$]|$)`;
const PASSWORD = valueBehind(`${BEFORE}|(?!${BEFORE}|${NONE})`);
/** `connect scott/tiger@orcl` */
const CONNECT = valueBehind(String.raw`\s*[^\s/;]+\/(?=\S)`, '@');
/** `set fs.s3a.secret.key=x` of Hive and Spark */
const SETTING = valueBehind(String.raw`\s+[\w-]+(?:[.:][\w-]+)+\s*=`);
const BEHIND_FIRST: Readonly<Record<string, RegExp>> = { conn: CONNECT, connect: CONNECT, set: SETTING };

/**
 * Finds a value behind what leads to it, unless it is text, which is hidden anyway, or a parameter. Without quotes it
 * goes up to a space, as it may hold any sign.
 */
function valueBehind(lead: string, ends = ''): RegExp {
  const bare = String.raw`(?!['?]|\$\d|[:@]\w)[^\s;${ends}]+`;
  return new RegExp(String.raw`(?:${lead})\s*(?<value>(?<quote>["\x60])[^]*?\k<quote>|${bare})`, 'iy');
}

/** Follows a statement from word to word to its passwords, in quotes or bare. */
export class Passwords {
  #verb = '';
  #lead: RegExp | undefined;

  /** What finds the `value` that may stand behind a word; `undefined` if none does. */
  behind(word: string): RegExp | undefined {
    const isFirst = this.#verb === '';
    if (isFirst) this.#verb = word;
    if (isFirst && Object.hasOwn(BEHIND_FIRST, word)) return BEHIND_FIRST[word];
    if (word === 'identified') this.#lead = OF_IDENTIFIED;
    else if (this.#lead === undefined) {
      if (NO_ACCOUNT.test(word)) this.#verb = word;
      if (ACCOUNT.test(word) && ACCOUNT_VERB.test(this.#verb))
        this.#lead = this.#verb.startsWith('conn') ? OF_CONNECTION : OF_ACCOUNT;
    }
    return this.#lead?.test(word) ? PASSWORD : undefined;
  }
}
