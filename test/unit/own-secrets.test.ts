import { describe, expect, test } from 'vitest';
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

describe('a secret of our own', () => {
  test.each([
    ['abc', 'abc', 'abc'],
    ['four', 'four', '***'],
    ['nine-char', 'nine-char', '***'],
    ['ten-chars!', '***', '***'],
  ])('%s reads %s in our own sentences, %s in those of others', (secret, own, foreign) => {
    keepSecret(secret);
    expect(withoutSecrets(secret)).toBe(own);
    expect(foreignText(secret)).toBe(foreign);
  });

  test('that is none is passed over', () => {
    keepSecret(undefined);
    keepSecret('');
    expect(foreignText('undefined')).toBe('undefined');
  });

  test('is found at both ends of a text, several times, and beside another one', () => {
    const [one, other] = ['maple-harbor-sunset', 'copper-falcon-river'];
    keepSecret(one);
    keepSecret(other);
    expect(withoutSecrets(one)).toBe('***');
    expect(withoutSecrets(`${one}-${other}`)).toBe('***-***');
    expect(withoutSecrets(`${one}${other}`)).toBe('******');
    expect(withoutSecrets(`a ${one} b ${one} c`)).toBe('a *** b *** c');
    expect(withoutSecrets(one.slice(0, 10))).toBe('***');
    expect(withoutSecrets(one.slice(0, 9))).toBe(one.slice(0, 9));
    expect(withoutSecrets(one.slice(-10))).toBe('***');
    expect(withoutSecrets(`${one.slice(0, 10)}${one.slice(0, 10)}`)).toBe('******');
    expect(withoutSecrets('')).toBe('');
  });

  test('is found though it holds another one', () => {
    for (const secret of ['plum', 'plum-cake', 'a1-plum-b2-plum-c3']) keepSecret(secret);
    expect(foreignText('plum-cake, plum and a1-plum-b2-plum-c3')).toBe('***, *** and ***');
  });

  test('is found as JSON and as a URL writes it, to its last character', () => {
    for (const secret of ['"tu"l"i"p"', '§tu§l§i§p§']) {
      keepSecret(secret);
      expect(withoutSecrets(JSON.stringify(secret))).toBe('"***"');
      expect(withoutSecrets(encodeURIComponent(secret))).toBe('***');
    }
  });

  test('is found though it holds half a character', () => {
    keepSecret('violet-\ud83d-lantern');
    expect(withoutSecrets('a violet-\ud83d-lantern')).toBe('a ***');
    expect(withoutSecrets('a violet-%EF%BF%BD-lantern')).toBe('a ***');
  });

  test('is found by its first 10,000 characters', () => {
    const long = Array.from({ length: 3_000 }, (_, i) => `k${i}`).join('-');
    keepSecret(long);
    expect(withoutSecrets(long.slice(9_990, 10_000))).toBe('***');
    expect(withoutSecrets(long.slice(10_020, 10_040))).toBe(long.slice(10_020, 10_040));
  });

  test('is found as long as it is one of the latest, and again once it was used again', () => {
    const others = (count: number, of: number) => {
      for (let i = 1; i <= count; i++) keepSecret(`${i * of}~${i}~padding`);
      return withoutSecrets('the first-lantern-of-all');
    };
    keepSecret('first-lantern-of-all');
    expect(others(50, 104_729)).toBe('the ***');
    keepSecret('first-lantern-of-all');
    expect(others(50, 1_299_709)).toBe('the ***');
    expect(others(100, 15_485_863)).toBe('the first-lantern-of-all');
  });
});

describe('of the text of an option', () => {
  test.each<[string, string, string]>([
    ['the password of an address', 'http://ana:orchid-meadow@h.test/', 'orchid-meadow'],
    ['a user without a password', 'http://birch-willow-fern@h.test', 'birch-willow-fern'],
    ['a password with colons', 'http://ana:oak:elm:ash-tree@h.test', 'oak:elm:ash-tree'],
    ['a value of a query', '/a?x=granite-pebble', 'granite-pebble'],
    ['a second value', '/a?x=1&y=quartz-boulder', 'quartz-boulder'],
    ['a value behind a semicolon', 'a;key=marble-cavern;b', 'marble-cavern'],
    ['a value behind a hash', '/a#k=basalt-canyon', 'basalt-canyon'],
    ['a value that begins the text', 'key=slate-quarry', 'slate-quarry'],
    ['a value without a key', '/a?=amber-lagoon', 'amber-lagoon'],
    ['a random piece of a path', '/x/Zp4Wq8Lm2Rt6Vk9Xc3Nb/y', 'Zp4Wq8Lm2Rt6Vk9Xc3Nb'],
  ])('%s is a secret', (_, text, secret) => {
    keepSecretsIn(text);
    expect(withoutSecrets(`<${secret}>`)).toBe('<***>');
  });

  test('a short password is one too, without the name before it', () => {
    keepSecretsIn('http://ana:fig-7@h.test');
    expect(foreignText('fig-7 of ana')).toBe('*** of ana');
  });

  test.each([
    ['http://shop-of-horrors.test/orders', 'shop-of-horrors'],
    ['http://elderberry:x@h.test', 'elderberry'],
    ['/var/lib/application-data', 'application-data'],
    ['some words = other-words-here', 'other-words-here'],
    ['/x/zp4wq8lm2rt6vk9xc3nb/y', 'zp4wq8lm2rt6vk9xc3nb'],
    ['/x/ZP4WQ8LM2RT6VK9XC3NB/y', 'ZP4WQ8LM2RT6VK9XC3NB'],
    ['/x/ZpqWqeLmuRtsVkdXchNb/y', 'ZpqWqeLmuRtsVkdXchNb'],
    ['/x/Ty5Hb7Nf1Jd9Gs3Wm4C/y', 'Ty5Hb7Nf1Jd9Gs3Wm4C'],
  ])('of %s %s is none', (text, word) => {
    keepSecretsIn(text);
    expect(withoutSecrets(word)).toBe(word);
  });
});

describe('what others say', () => {
  test.each([
    ['  a  ', 'a'],
    ['x'.repeat(300), 'x'.repeat(200)],
    [`${'x'.repeat(199)}😀`, `${'x'.repeat(199)}\ufffd`],
    ['a\u200b\ufeff\u2066b', 'a b'],
    ['to http://ana:pw@h.test/a', 'to http://***@h.test/a'],
    ['to //ana@h.test and //bob@h.test', 'to //***@h.test and //***@h.test'],
    ['a @ b // c', 'a @ b // c'],
    ['password=letmein1', 'password=***'],
    ['PASSWD: letmein1 please', 'PASSWD: *** please'],
    ['pwd=abcdefgh', 'pwd=***'],
    ['pwd=abcdefg', 'pwd=abcdefg'],
    ['pwd=abcdef1', 'pwd=***'],
    ['secret: a1', 'secret: ***'],
    ['"token": "abc123", "x": 1', '"token": "***", "x": 1'],
    ["token='abc123'; x", "token='***'; x"],
    ['tokens=abc123', 'tokens=abc123'],
    ['mytoken=abc123', 'mytoken=abc123'],
    ['token of yours', 'token of yours'],
    ['at /x/Zp4Wq8Lm2Rt6Vk9Xc3Nb.', 'at /x/***.'],
    ['at _Ke3Yv8Dn5Ru2Hf7Sx4Ma-', 'at ***'],
    ['at äKe3Yv8Dn5Ru2Hf7Sx4Ma', 'at ä***'],
    ['at Ke3Yv8Dn5Ru2Hf7Sx4M', 'at Ke3Yv8Dn5Ru2Hf7Sx4M'],
  ])('as %j is shown as %j', (text, shown) => {
    expect(foreignText(text)).toBe(shown);
  });
});
