import { createHash } from 'node:crypto';
import type { Fields } from './fields.ts';
import { wireText } from './text.ts';

/** Body of `POST /App/Login`. */
export interface LoginRequest {
  readonly AppId: string;
  readonly Secret: string;
  readonly ClientId: string;
  readonly AppName: string;
  readonly Version: string;
  readonly Time: number;
}

/** The data of a login's answer. */
export interface LoginAnswer {
  /** Absent in the window in which an app is switched off. */
  readonly token: string | undefined;
  /** The code and secret the server wants to be used from now on, if it hands them out. */
  readonly code: string | undefined;
  readonly secret: string | undefined;
  readonly serverTimeMs: number | undefined;
}

/** Who reports: these four texts go with each login and head each report. */
export interface Identity {
  readonly appId: string;
  readonly appName: string;
  readonly clientId: string;
  readonly version: string;
}

export function loginRequest(who: Identity, secret: string, timeMs: number): LoginRequest {
  return {
    AppId: wireText(who.appId, 50),
    Secret: secret,
    ClientId: wireText(who.clientId, 50),
    AppName: wireText(who.appName, 50),
    Version: wireText(who.version, 50),
    Time: timeMs,
  };
}

/**
 * The salted form of a secret, `$md5$<unix s>$<H>` with `H = MD5(MD5(secret) + <unix s>)` in upper-case hex.
 * The server takes it within 600 s of its own clock. `undefined` if this Node has no MD5, as under FIPS.
 */
export function saltedSecret(secret: string, timeMs: number): string | undefined {
  const seconds = Math.floor(timeMs / 1_000);
  try {
    return `$md5$${seconds}$${md5(md5(secret) + seconds)}`;
  } catch {
    return undefined;
  }
}

export function loginAnswer(data: Fields): LoginAnswer {
  return {
    token: tokenOf(data),
    code: shortText(data, 'code'),
    secret: shortText(data, 'secret'),
    serverTimeMs: data.number('serverTime'),
  };
}

/** A token that can travel in an address or a header; any other value counts as no token. */
export function tokenOf(data: Fields): string | undefined {
  const token = data.text('token');
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** Far longer than any real one, and short enough for the first line of a request. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const SHORT_UNITS = 200;

function shortText(data: Fields, name: string): string | undefined {
  const text = data.text(name);
  return text !== undefined && text.length <= SHORT_UNITS ? text : undefined;
}

function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex').toUpperCase();
}
