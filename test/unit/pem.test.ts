import { createPrivateKey } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { StardustOptions } from '../../src/config/options.ts';
import { describeSettings, resolveSettings } from '../../src/config/resolve.ts';
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
