import { isRandom } from './shapes.ts';
import { HIDDEN } from './values.ts';

/** What follows is a word of a sentence or a parameter of a challenge, and no credential: `bearer bonds`. */
const BEARER =
  /([Bb][Ee][Aa][Rr][Ee][Rr])((?:%20)+|[\t +\xa0]+)(?![a-z]{4,}(?![\w.+/=~-])|[a-z_]+="?\w)[^\s"',&]+/g;
/** Base64: with a digit, a capital behind the first letter, or padding. */
const BASIC =
  /([Bb][Aa][Ss][Ii][Cc])((?:%20)+|[\t +\xa0]+)(?=[\w+/-]{8})(?=\w*[\d+/=-]|\w[a-z]*[A-Z])[\w+/=%-]+/g;

/** A secret in the middle of a sentence, behind the word for it: `the token x has expired`, `密码“x”不正确`. */
const TOLD_TOKEN =
  /(\b(?:tokens?|secret|session(?: id)?|cookie|signature|key|credentials?|jwt)(?: (?:is|was|of))? ["'`]?)([\w+/=.-]{20,500})/gi;
const TOLD_PASSWORD =
  /((?:\bpassword(?: (?:is|was))?|\bauth(?: \w{1,20})?)[ “"'`(]{1,2}|(?:密码|密碼|口令)(?:[是为為] ?["“「]?|["“「『【]))([^\s"'`”」』】.,:;()[\]{}<>/=，。]{8,100})/gi;
const TOLD_CODE =
  /((?:\b(?:otp|captcha|cvv|cvc|(?:verification|security|login|sms|auth|confirmation|access|pin) code|passcode)|验证码|校验码|动态码|認証コード|인증번호)(?: (?:is|was)|是|为|は)?[ “"']{0,2})\d{3,8}(?!\d)/gi;

/** Hides what follows the words Bearer and Basic, and secrets that sentences tell. The words stay. */
export function redactSchemes(text: string): string {
  return text
    .replace(BEARER, `$1$2${HIDDEN}`)
    .replace(BASIC, `$1$2${HIDDEN}`)
    .replace(TOLD_TOKEN, (all, word: string, token: string) => (isToken(token) ? word + HIDDEN : all))
    .replace(TOLD_PASSWORD, (all, word: string, text: string) => (isPassword(text) ? word + HIDDEN : all))
    .replace(TOLD_CODE, `$1${HIDDEN}`);
}

function isToken(text: string): boolean {
  return isRandom(text) || /^[0-9a-f]{32,}$/i.test(text);
}

/** Letters and digits in one word, other than the name of an algorithm. */
function isPassword(text: string): boolean {
  return (
    /\d/.test(text) && /[a-z]/i.test(text) && !/^(?:sha|md|bcrypt|pbkdf|argon|scrypt|oauth|v)-?\d/i.test(text)
  );
}
