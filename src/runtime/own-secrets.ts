/** More than a process has at a time: its secret, its headers, its keys, and the tokens of some hours. */
const MAX_SECRETS = 60;
const SECRET_UNITS = 10_000;
/** A piece of a secret of this length is searched for, so that one that was cut or quoted in part is found too. */
const PIECE_UNITS = 10;
/** What is shorter would be found in ordinary words. */
const LEAST_UNITS = 4;
const FOREIGN_UNITS = 10_000;
const SHOWN_UNITS = 200;

// Control characters, line separators, and what changes the direction of what is read.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Of an address, which a proxy or a redirect may tell: no secret of ours, but somebody's. */
const USER_INFO = /\/\/[^\s/@]{1,500}@/g;
/** What somebody else's message tells of a password of theirs. */
const TOLD = /(\b(?:password|passwd|pwd|secret|token)["']?\s?[=:]\s?["']?)(?=\S{0,60}\d|\S{8})[^\s"',;}]+/gi;
/** Letters of both cases and digits mixed, as in the path of a redirect. */
const MIXED = /(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{20,}/g;

const VALUE = /(?:^|[?&;#])[^\s=?&;#]{0,100}=([^\s&;#]{1,1000})/g;

/** The secrets of this process, the latest last; bounded, and kept by `keepSecret` alone. */
const secrets = new Set<string>();

/** Notes a secret of our own: `withoutSecrets` finds it from now on. */
export function keepSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < LEAST_UNITS) return;
  const text = secret.slice(0, SECRET_UNITS);
  secrets.delete(text);
  secrets.add(text);
  const [oldest] = secrets;
  if (secrets.size > MAX_SECRETS && oldest !== undefined) secrets.delete(oldest);
}

/** Notes what of an option's text may be a secret: user info, what stands behind `?key=`, a random piece of a path. */
export function keepSecretsIn(text: string): void {
  for (const [secret] of text.matchAll(USER_INFO)) keepSecret(secret.slice(2, -1).replace(/[^:]*:/, ''));
  for (const [, value] of text.matchAll(VALUE)) keepSecret(value);
  for (const [piece] of text.matchAll(MIXED)) keepSecret(piece);
}

/**
 * The text without our own secrets, whole or in pieces, also as a URL or JSON writes them. Those of less than ten
 * characters are searched for in what others say only: they may be words of our own sentences.
 */
export function withoutSecrets(text: string): string {
  const pieces = new Set<string>();
  for (const secret of secrets) {
    for (const form of new Set([
      secret,
      encodeURIComponent(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
    ])) {
      for (let at = 0; at + PIECE_UNITS <= form.length; at++) pieces.add(form.slice(at, at + PIECE_UNITS));
    }
  }
  return withoutPieces(text, pieces);
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  let out = '';
  let kept = 0;
  for (let at = 0; at + PIECE_UNITS <= text.length; at++) {
    if (!pieces.has(text.slice(at, at + PIECE_UNITS))) continue;
    if (at >= kept) out += `${text.slice(kept, at)}***`;
    kept = at + PIECE_UNITS;
  }
  return out + text.slice(kept);
}

/** What a server, a proxy or an error says, as it may be shown: on one line, without our own secrets, cut. */
export function foreignText(text: string): string {
  const line = text.slice(0, FOREIGN_UNITS).replace(UNPRINTABLE, ' ').trim();
  return withoutSecrets(withoutWholeSecrets(line))
    .replace(USER_INFO, '//***@')
    .replace(TOLD, '$1***')
    .replace(MIXED, '***')
    .slice(0, SHOWN_UNITS)
    .toWellFormed();
}

/** Also without those that are too short for a piece. The longest goes first: it may hold another one. */
function withoutWholeSecrets(text: string): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
