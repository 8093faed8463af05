import { parsedUrl } from '../wire/url.ts';
import type { Form } from './forms.ts';
import { looksLikeToken } from './shown.ts';

/** Addresses of servers, separated by commas; each normalized: scheme and host, a path prefix kept, no trailing slash. */
export const addresses: Form<readonly string[]> = {
  accepts: "an address such as 'http://host:6600', or several separated by commas, without user and password",
  fromCode: (value) => (typeof value === 'string' ? normalizedAll(value) : undefined),
  fromText: normalizedAll,
};

function normalizedAll(value: string): readonly string[] | undefined {
  const normalized = value
    .split(',')
    .filter((each) => each.trim() !== '')
    .map(normalizedAddress);
  const valid = normalized.filter((each) => each !== undefined);
  return valid.length === 0 || valid.length < normalized.length ? undefined : [...new Set(valid)];
}

/** User info, a query, a fragment, parameters, and what a slip made of `http://`. */
const MORE_THAN_AN_ADDRESS = /[\s@?#;=\\]|^https?(?:\/|:(?!\/\/))/i;

function normalizedAddress(value: string): string | undefined {
  const trimmed = value.trim();
  if (looksLikeToken(trimmed) || MORE_THAN_AN_ADDRESS.test(trimmed)) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  const url = parsedUrl(text);
  if (url === undefined) return undefined;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}
