import { HIDDEN } from './views.ts';

/** A private key in PEM; one that was cut off goes to the end. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]{0,60}-----)?/;

/** Tokens known by their shape, under any key or none: whose each is, and how it is written. */
const ANY = String.raw`
  JWT                      eyJ[\w-]{8,}(?:\.[\w-]+){1,4}\.?
  GitHub                   gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}
  AWS                      (?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{16}
  OpenAI, Anthropic        sk-(?=[\w-]{0,99}\d)(?=[\w-]{0,99}[A-Z])[\w-]{20,}|sess-[A-Za-z0-9]{30,}
  lower-case keys of LLMs  sk-[a-z0-9]{32,}
  Slack                    xox[a-z]-[\w-]{10,}|xapp-[\w-]{10,}|xoxe\.xox[bp]-[\w-]{10,}
  GitLab                   gl(?:pat|dt|rt|cbt|ptt|soat|ft|imt|agent|oas)-[\w.-]{16,}
  npm                      npm_[A-Za-z0-9]{30,}
  PyPI                     pypi-[\w-]{30,}
  Google                   AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}
  Stripe                   (?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[\w+/=]{20,}
  SendGrid                 SG\.[\w-]{16,}\.[\w-]{16,}
  Twilio                   SK[0-9a-f]{32}
  Square                   sq0(?:atp|csp|idp)-[\w-]{20,}|EAAA[\w-]{50,}
  Shopify                  shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}
  Hugging Face to xAI      hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{40,}
  DigitalOcean to Doppler  do[opr]_v1_[0-9a-f]{40,}|dapi[0-9a-f]{32}|dp\.[a-z]{2,6}\.[A-Za-z0-9]{30,}
  Vault, Terraform         hv[sbr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{50,}
  Atlassian to Postman     AT(?:ATT|CTT)3x[\w=-]{20,}|lin_api_\w{30,}|figd_[\w-]{30,}|PMAK-[\w-]{30,}
  Telegram bot             (?:bot)?\d{8,10}:[A-Za-z0-9_-]{30,46}
  Discord                  [MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,}
  Azure                    [\w~.-]{3}\dQ~[\w~.-]{30,36}
  Alibaba to Baidu         LTAI[A-Za-z0-9]{12,}|AKID[A-Za-z0-9]{13,}|AKLT[\w-]{16,}|ALTAK-?[A-Za-z0-9]{12,}
  DingTalk signing         SEC[0-9a-f]{60,}
  PuTTY                    Private-Lines:\s*\d+[\s\S]*
  Sentry to New Relic      sntry[su]_[\w+/=-]{20,}|dckr_(?:pat|oat)_[\w-]{20,}|pscale_(?:tkn|pw|oauth)_[\w.-]{20,}|ntn_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{40,}|sb[ps]_[0-9a-f]{40}|pplx-[A-Za-z0-9]{30,}|NRAK-[A-Z0-9]{20,}
  age                      AGE-SECRET-KEY-1[A-Z0-9]{50,}
  hash of a password       \$(?:2[abxy]?|5|6|y|argon2\w{1,2}|scrypt|apr1|pbkdf2[\w-]*)\$[\w./+$=,-]{20,}
`
  .trim()
  .replace(/^.* {2}/gm, '')
  .replaceAll('\n', '|');
/** All of them, and private keys. */
export const SHAPE = new RegExp(`${PRIVATE_KEY.source}|(?<![A-Za-z0-9])(?:${ANY})`, 'g');

/** Words and numbers in a row, as of `MyGreatProduct2024`. */
const CAMEL = /^(?:[A-Z]?(?<![a-z])[a-z]{2,}|(?<![A-Z])[A-Z]{2,}|[A-Z](?=\d{1,4}$)|(?<!\d)\d{1,8}(?!\d))+$/;
const PIECE = /[A-Za-z0-9]{20,}/g;

/** The text without what is a token by its shape. */
export function withoutShapes(text: string): string {
  return text.replace(SHAPE, HIDDEN);
}

/** Whether a text holds twenty letters of both cases and digits in a row that are no words. */
export function isRandom(text: string): boolean {
  return (text.match(PIECE) ?? []).some(isMixed);
}

/** Whether letters of both cases and digits are mixed as no words are. */
export function isMixed(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && !CAMEL.test(text);
}
