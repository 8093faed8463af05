import { expect, test } from 'vitest';
import { foreignText, keepSecret, keepSecretsIn, withoutSecrets } from '../../src/runtime/own-secrets.ts';

const SECRET = 'a"b/K7pQm2ZtR9xLw4VbN8cYh3Jd';

test('a secret of our own is found whole, in pieces, and as a URL or JSON writes it', () => {
  keepSecret(SECRET);
  const quoted = [
    SECRET,
    encodeURIComponent(SECRET),
    JSON.stringify(SECRET),
    `x${SECRET.slice(3, 16)}`,
    SECRET.slice(-12),
  ];
  for (const text of quoted) {
    expect(withoutSecrets(`no room for ${text} here`)).toMatch(/^no room for .{0,6}\*\*\*.{0,3} here$/);
  }
});

test('a short one is found in what others say only, as it may be a word of our own', () => {
  keepSecret('hunter2');
  keepSecret('abc');
  expect(foreignText('hunter2 and abc')).toBe('*** and abc');
  expect(withoutSecrets('hunter2 and abc')).toBe('hunter2 and abc');
});

test('what others say is on one line, free of control and bidi characters, and cut behind the search', () => {
  keepSecret(SECRET);
  expect(foreignText('a\r\nb\u202ec\u0007d')).toBe('a b c d');
  const cut = foreignText(`${'x'.repeat(190)}${SECRET}`);
  expect(cut.length).toBeLessThanOrEqual(200);
  expect(cut).not.toContain('K7pQ');
});

test('a token of somebody else in what others say is not shown, a trace id and words are', () => {
  expect(foreignText('302 to http://sso.test/x/Ta5Rw8Lk2Vm7Xz4Nc9Bq6Hj3')).toBe(
    '302 to http://sso.test/x/***',
  );
  const harmless = 'InvalidOperationException at 3f9a1c77de04b5268acb90e1f2d3c4b5';
  expect(foreignText(harmless)).toBe(harmless);
});

test('what of an option may be a secret is hidden wherever it is shown, and the rest is not', () => {
  keepSecretsIn('http://gate.test/t/Wd8Kp3Rm6Zs9Vx2Bn5Hq7Jt4/app');
  keepSecretsIn('/var/lib/shop?token=lantern-otter-violet');
  keepSecretsIn('http://ana:copper-thunder@h.test');
  keepSecretsIn('password=walnut-falcon');
  expect(withoutSecrets('to http://gate.test/t/Wd8Kp3Rm6Zs9Vx2Bn5Hq7Jt4/app')).toBe(
    'to http://gate.test/t/***/app',
  );
  expect(withoutSecrets('in /var/lib/shop?token=lantern-otter-violet')).toBe('in /var/lib/shop?token=***');
  expect(withoutSecrets('redact=["password=walnut-falcon"]')).toBe('redact=["password=***"]');
  expect(withoutSecrets('as http://ana:copper-thunder@h.test')).toBe('as http://ana:***@h.test');
});

test('a password that somebody else tells of is not shown', () => {
  expect(foreignText('db down: password=marble-otter, user=ana')).toBe('db down: password=***, user=ana');
  expect(foreignText('token: is missing')).toBe('token: is missing');
});
