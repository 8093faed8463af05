import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { BUILT_IN_KEYS } from '../../src/redact/secret-keys.ts';

/** The keys that are secret without an option, written out once more: one that is gone from the code is missed here. */

const redactor = new Redactor([]);

/** A word in front of `|` stands for one key of its own: `app|user key` is `app key` and `user key`. */
function keysOf(list: string): string[] {
  return list.split(/\s*,\s*/).flatMap((entry) => {
    const [firsts = '', ...rest] = entry.split(/\s+/);
    return firsts.split('|').map((first) => [first, ...rest].join(' '));
  });
}

/** By how much of their value is hidden: of each a number that is just long enough, if there is one. */
const KINDS = [
  {
    kind: 'a one-time code',
    number: { hidden: '123', shown: '12' },
    keys: keysOf(`otp, totp, hotp, captcha, cvv, cvv2, cvc, passcode, vcode, yzm,
      auth|verification|verify|sms|security|confirmation|access|activation|login|reset|backup|recovery code,
      device|user|js|authorization|pin|pass|captcha|mfa|wx code`),
  },
  {
    kind: 'a password',
    number: { hidden: '1234', shown: '123' },
    keys: keysOf(`password, passwd, passphrase, pwd, pw, psw, pswd, secret, mnemonic, seed|recovery phrase,
      admin|confirm|current|db|login|my|mysql|new|old|pg|redis|root|user password,
      api|app|client|consumer|shared|corp secret,
      passwort, kennwort, contraseña, contrasena, senha, motdepasse, wachtwoord, пароль, パスワード, 비밀번호,
      pass phrase, pass word, mot de passe, user|store|key pass, secret key, secret id, secret access key`),
  },
  { kind: 'a pin', number: { hidden: '123', shown: '12' }, keys: ['pin'] },
  {
    kind: 'a token',
    number: { hidden: undefined, shown: '12345' },
    keys: keysOf(`authorization, bearer, cookie, cred, creds, credential, csrf, hmac, jsessionid, jwt, phpsessid, sess, sessid,
      session, sid, sig, signature, token, xsrf, токен, トークン, 토큰,
      access|account|api|app|application|auth|encryption|functions|master|private|session|shared|signing key,
      client|consumer|instrumentation|sentry|subscription|license|licence|pay|partner|mch|merchant|map|service|aes|des|sign|ssh|idempotency|websocket key,
      api v3 key, access|api|app|auth|bearer|client|csrf|device|id|refresh|security|session|user|xsrf token,
      access key id, access id, shared access key, shared access signature, session id,
      client assertion, code|oauth verifier, connection string, saml|recaptcha|hcaptcha|turnstile response, saml request,
      x auth, auth|pay sign, jsapi|suite|app ticket`),
  },
];
const KEYS = KINDS.flatMap(({ keys }) => keys);

/** A value that is one to hide behind a key of any kind. */
const VALUE = '48213x';

describe('built in is', () => {
  test.each(KEYS)('%s', (key) => {
    for (const spelling of [
      key,
      key.toUpperCase(),
      key.replaceAll(' ', '_'),
      key.replaceAll(' ', '-'),
      `${key}s`,
    ]) {
      expect([spelling, redactor.attribute(`my.${spelling}`, VALUE)]).toEqual([spelling, '***']);
    }
    expect(redactor.text(`/a?${key.replaceAll(' ', '_')}=${VALUE}&b=2`)).toBe(
      `/a?${key.replaceAll(' ', '_')}=***&b=2`,
    );
    expect(redactor.text(`{"${key}":"${VALUE}","n":3}`)).toMatch(/^\{".+":"?\*{3}"?,"n":3\}$/);
  });

  describe.each(KINDS)('as $kind', ({ keys, number: { hidden, shown } }) => {
    test.each(keys)('%s', (key) => {
      if (hidden !== undefined) expect(redactor.attribute(key, hidden)).toBe('***');
      expect(redactor.attribute(key, shown)).toBe(shown);
    });
  });

  test('no key but these', () => {
    expect(BUILT_IN_KEYS.filter((key) => !KEYS.includes(key))).toEqual([]);
  });

  test.each(
    `密码 密碼 口令 暗証番号 验证码 驗證碼 校验码 校驗碼 动态码 短信码 授权码 提取码 激活码 确认码 認証コード 인증번호
    密钥 密鑰 秘钥 私钥 私鑰 金鑰 令牌 权杖 權杖 签名 簽名 凭证 凭据 憑證 会话 秘密`.split(/\s+/),
  )('%s, and what ends in it', (key) => {
    expect(redactor.attribute(key, VALUE)).toBe('***');
    expect(redactor.attribute(`支付${key}`, VALUE)).toBe('***');
    expect(redactor.attribute(`${key}错误`, VALUE)).toBe(VALUE);
  });

  test.each(['auth', 'pass'])('%s, as the last word of a key', (key) => {
    expect(redactor.attribute(`db.${key}`, 'hunter2')).toBe('***');
    expect(redactor.attribute(`${key}.type`, 'basic')).toBe('basic');
  });

  test.each(['key', 'code', 'sn', 'sign', 'ak', 'sk', 'ticket', 'assertion', 'signed'])(
    '%s, in a query string',
    (key) => {
      expect(redactor.text(`/a?${key}=${VALUE}&b=2`)).toBe(`/a?${key}=***&b=2`);
      expect(redactor.attribute(key, VALUE)).toBe(VALUE);
    },
  );
});

const SELECT = 'SELECT * FROM t WHERE a = "hunter2"';

describe('text in double quotes is a literal of a statement', () => {
  test.each(
    `mysql mariadb tidb oceanbase polardb polardb-x tdsql starrocks doris bigquery gcp.bigquery spanner gcp.spanner hive
    spark databricks impala maxcompute odps couchbase cosmosdb azure.cosmosdb neo4j memgraph influxdb gremlin janusgraph
    neptune aws.neptune arangodb orientdb surrealdb opentsdb prometheus`.split(/\s+/),
  )('of %s, in any case', (system) => {
    for (const spelling of [system, system.toUpperCase()]) {
      expect(redactor.statement(SELECT, spelling)).toBe('SELECT * FROM t WHERE a = ?');
      expect(redactor.statement('SELECT "hunter2" FROM t', spelling)).toBe('SELECT ? FROM t');
    }
  });

  test.each([
    'postgresql',
    'oracle',
    'mssql',
    'db2',
    'sqlserver',
    'snowflake',
    'clickhouse',
    'kingbase',
    'h2',
  ])('but a name of %s', (system) => {
    expect(redactor.statement('SELECT "Total" FROM t', system)).toBe('SELECT "Total" FROM t');
  });

  test.each(['', 'sqlite', 'other_sql'])('by its place, of the system "%s" that takes both', (system) => {
    expect(redactor.statement(SELECT, system)).toBe('SELECT * FROM t WHERE a = ?');
  });
});

test.each([
  ['http.request.headers', ['password', 'hunter', 'accept', 'json'], 'password, ***, accept, json'],
  ['http.request.headers', ['accept', 'password', 'x-mode', 'hunter'], 'accept, password, x-mode, hunter'],
  ['http.request.header', ['password', 'hunter'], 'password, ***'],
  ['process.command_args', ['login', 'password', 'hunter', 'now'], 'login, password, hunter, now'],
  ['process.command_args', ['login', 'password', 'hunter2', 'now'], 'login, password, ***, now'],
])('a list of %s is read as what it is: %j', (key, entries, shown) => {
  expect(redactor.list(key, entries)).toBe(shown);
});
