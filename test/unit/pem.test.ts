import { createPrivateKey } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { StardustOptions } from '../../src/config/options.ts';
import { describeSettings, resolveSettings } from '../../src/config/resolve.ts';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';
import { Authority } from '../support/certificates.ts';

const authority = new Authority();
const { cert, key } = authority.issue();
const other = authority.issue({ ownKey: true });
const encrypted = createPrivateKey(key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'hunter2',
});

const refusal = (options: object): string => {
  try {
    resolveSettings(options as StardustOptions, {});
  } catch (error) {
    if (error instanceof TypeError) return error.message;
  }
  return '';
};

test.each([
  ['text', cert],
  ['Buffers', Buffer.from(cert)],
  ['bytes', new Uint8Array(Buffer.from(cert))],
  ['with words around', `Bag Attributes\n${cert}\nthe end`],
  ['with CRLF', cert.replaceAll('\n', '\r\n')],
])('certificates are taken as %s', (_, value) => {
  expect(resolveSettings({ ca: value, cert: value, key }, {}).warnings).toEqual([]);
  expect(resolveSettings({ ca: [value, authority.cert] }, {}).warnings).toEqual([]);
});

test.each([
  ['the name of a file', '/etc/ssl/ca.pem'],
  ['a key', key],
  ['a certificate cut short', cert.slice(0, -50)],
  ['a certificate and half of one', cert + cert.slice(0, 200)],
  ['a certificate and one that is cut within', cert + cert.replace(/\n[\w+/]{40}/, '\n')],
  ['something else between the lines', cert.replace(/\n[\w+/]{10}/, '\n**********')],
  ['DER', Buffer.from(cert.split('-----')[2] ?? '', 'base64')],
  ['nothing', []],
  ['a number', 5],
  ['an object', { pem: cert }],
])('a ca that is %s is refused, and what was given is not shown', (_, ca) => {
  expect(refusal({ ca })).toMatch(
    /^opentelemetry-stardust: option ca must be certificates in PEM, .* not a value of type \w+$/,
  );
});

test.each([
  ['a certificate', cert],
  ['under a passphrase', encrypted],
  ['cut short', key.slice(0, 500)],
])('a key that is %s is refused, and what was given is not shown', (_, bad) => {
  const message = refusal({ cert, key: bad });
  expect(message).toMatch(/option key must be an unencrypted private key in PEM, .* of type string$/);
});

test.each([
  [{ cert }, /option cert \(STARDUST_CERT\) must come with its key \(STARDUST_KEY\)$/],
  [{ key }, /option key \(STARDUST_KEY\) must come with its cert \(STARDUST_CERT\)$/],
  [{ cert, key: other.key }, /option key must be the private key of option cert$/],
])('cert and key must be a pair', (options, message) => {
  expect(refusal(options)).toMatch(message);
});

test('all faults come in one message', () => {
  expect(refusal({ ca: 'x', cert, maxNames: 0 })).toMatch(/option maxNames .*; option ca .*; option cert /);
});

test.each([['STARDUST_CERT'], ['STARDUST_KEY']])(
  '%s alone is said, and none of the two is used',
  (variable) => {
    const { settings, warnings } = resolveSettings({}, { [variable]: '/x.pem' });
    expect(settings).toMatchObject({ cert: undefined, key: undefined });
    expect(warnings).toEqual([expect.stringMatching(/must come with .*; no client certificate is used$/)]);
  },
);

test('certificates may stand in the middle of bytes, and several behind one another', () => {
  const bytes = Buffer.from(`x${cert}y`);
  const { settings } = resolveSettings({ ca: [bytes.subarray(1, -1), authority.cert] }, {});
  expect(settings.ca).toEqual({ pem: `${cert}\n${authority.cert}` });
  expect(refusal({ ca: [cert, 5] })).toContain('option ca must be certificates');
  expect(refusal({ ca: [cert, 'x', key] })).toBe('');
});

test('a private key in code, in which nobody quotes it, is shown nowhere', () => {
  resolveSettings({ cert, key }, {});
  const line = key.split('\n')[1] ?? '';
  expect(line.length).toBeGreaterThan(40);
  expect(withoutSecrets(`see ${line}`)).toBe('see ***');
});

test.each([
  ['-----BEGIN CERTIFICATE-----', 'PEM'],
  ['K7pQm2ZtR9xLw4VbN8cYh3Jd', 'a token'],
])('a variable that holds %s, %s, names no file', (value) => {
  const { settings, warnings } = resolveSettings({}, { STARDUST_CA: value });
  expect(settings.ca).toBeUndefined();
  expect(warnings).toEqual([
    "variable STARDUST_CA must be certificates in PEM, as text or Buffer (a file's name is for the variable only), " +
      'not a value of type string; its default is taken',
  ]);
});

test.each([
  [{ cert }, {}, true],
  [{ key }, {}, true],
  [{}, { STARDUST_CERT: '/x.pem' }, false],
  [{ cert, key }, {}, undefined],
  [{}, { STARDUST_CERT: '/x.pem', STARDUST_KEY: '/y.pem' }, undefined],
  [{ key }, { STARDUST_CERT: '/x.pem' }, undefined],
])('a certificate and its key, %#, are used as a pair or not at all', (options, environment, isThrown) => {
  if (isThrown === true) {
    expect(refusal(options)).toMatch(/must come with its/);
    return;
  }
  const { settings, warnings } = resolveSettings(options, environment as Record<string, string>);
  const isUsed = isThrown === undefined;
  expect([settings.cert !== undefined, settings.key !== undefined]).toEqual([isUsed, isUsed]);
  expect(warnings).toHaveLength(isUsed ? 0 : 1);
});

test('one of the two may come from code and the other from the environment', () => {
  expect(resolveSettings({ cert }, { STARDUST_KEY: '/key.pem' }).warnings).toEqual([]);
});

test('files are named in the line at start, PEM is not shown there', () => {
  const files = resolveSettings({}, { STARDUST_CA: 'ca.pem' });
  expect(describeSettings(files)).toContain(
    `ca=${JSON.stringify({ file: resolve('ca.pem') })} (environment)`,
  );
  const inCode = describeSettings(resolveSettings({ ca: cert, cert, key }, {}));
  expect(inCode).toContain('ca=*** (option), cert=*** (option), key=*** (option)');
  expect(inCode).not.toContain('BEGIN');
});
