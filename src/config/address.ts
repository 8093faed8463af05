import type { Form } from './forms.ts';

/** A server's address, tidied: scheme and host, a path prefix kept, no trailing slash. */
export const address: Form<string> = {
  accepts: "an address such as 'http://host:6600', without user and password",
  fromCode: (value) => (typeof value === 'string' ? tidy(value) : undefined),
  fromText: tidy,
};

function tidy(value: string): string | undefined {
  const trimmed = value.trim();
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}
