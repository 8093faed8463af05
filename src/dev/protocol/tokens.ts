import { createHmac, randomBytes } from 'node:crypto';

/** The verdict on a token. `missing`: the call has none. `bad`: with the code and message of the answer. */
export type TokenVerdict =
  | { readonly kind: 'good'; readonly appId: string; readonly clientId: string; readonly expiresMs: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'bad'; readonly code: number; readonly message: string };

const HEADER = encode({ alg: 'HS256', typ: 'JWT' });
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const NOT_BASE64 =
  'The input is not a valid Base-64 string as it contains a non-base 64 character, ' +
  'more than two padding characters, or an illegal character among the padding characters.';

/** Issues and checks tokens. None is stored: a token is good if its signature fits and it has not expired. */
export class Tokens {
  #key = randomBytes(32);

  issue(appId: string, clientId: string, expiresMs: number): string {
    const claims = encode({ sub: appId, jti: clientId, exp: Math.floor(expiresMs / 1_000) });
    return `${HEADER}.${claims}.${this.#sign(`${HEADER}.${claims}`)}`;
  }

  read(token: string, nowMs: number): TokenVerdict {
    if (token === '') return { kind: 'missing' };
    const [header = '', claims = '', signature = '', ...more] = token.split('.');
    const claimed = more.length === 0 && decode(header) !== undefined ? decode(claims) : undefined;
    if (claimed === undefined || !isBase64(signature)) return { kind: 'bad', code: 500, message: NOT_BASE64 };
    const appId = typeof claimed.sub === 'string' ? claimed.sub : '';
    const expiresMs = typeof claimed.exp === 'number' ? claimed.exp * 1_000 : Number.POSITIVE_INFINITY;
    // The real server looks at the time first, so an expired token gets the same answer with any signature.
    if (expiresMs < nowMs) return { kind: 'bad', code: 401, message: `非法访问[${appId}] 令牌已过期` };
    if (signature !== this.#sign(`${header}.${claims}`)) {
      return { kind: 'bad', code: 401, message: `非法访问[${appId}] ` };
    }
    return { kind: 'good', appId, clientId: typeof claimed.jti === 'string' ? claimed.jti : '', expiresMs };
  }

  /** Invalidates every token issued so far. */
  revokeAll(): void {
    this.#key = randomBytes(32);
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function encode(part: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!isBase64(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isBase64(part: string): boolean {
  return part.length % 4 !== 1 && BASE64.test(part);
}
