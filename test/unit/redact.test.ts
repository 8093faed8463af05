import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';
import { BUILT_IN_KEYS } from '../../src/redact/secret-keys.ts';

const redactor = new Redactor([]);

describe('keys', () => {
  const secret = `password passwd pwd passphrase secret token apikey api_key access_key authorization cookie session
    sig signature credential jwt bearer csrf xsrf hmac otp sid JSESSIONID PHPSESSID
    PASSWORD Api-Key API.KEY apiKey XApiKey x-api-key APIKEY api:key api[key] user[password] aPiKeY pAsSwOrD
    http.request.header.x-api-key http.response.header.set-cookie http.request.header.authorization
    db.password db.connection_string userToken accessToken refresh_token id_token oauth2Token idtoken ACCESS_KEY
    x-auth-token Set-Cookie Proxy-Authorization X-Amz-Signature X-Amz-Security-Token X-Goog-Signature
    X-Amz-Credential Ocp-Apim-Subscription-Key x-functions-key SharedAccessKey AccountKey AWS_SECRET_ACCESS_KEY
    client_secret clientsecret private-key passwordHash password2 newPassword newpassword PGPASSWORD MYSQL_PWD
    session.id session_id sessionid sessionId ASP.NET_SessionId connect.sid code_verifier x-auth auth DB_PASS
    tokens cookies credentials secrets sessions authorizations api_keys apiKeys`;
  test.each(secret.split(/\s+/))('%s is secret', (key) => {
    expect(redactor.attribute(key, 'value')).toBe('***');
  });

  test.each(BUILT_IN_KEYS)('%s is built in, in each spelling', (key) => {
    for (const spelling of [key, key.toUpperCase(), key.replaceAll(' ', '_'), key.replaceAll(' ', '-')]) {
      expect(redactor.attribute(`db.${spelling}`, '48213x')).toBe('***');
      expect(redactor.text(`{"${spelling}":"48213x","n":3}`)).toMatch(/"\*{3}","n":3\}$/);
    }
  });

  const open = `tokenize tokenizer secretary signal design sessionless cookieless monkey keyboard key keys keyId
    public_key code status_code http.response.status_code error.code state nonce pin passing compass pass.count
    auth.type author authority authorized server.address url.full url.query db.query.text user.id s.id bypass
    messaging.rabbitmq.routing_key http.route a.pi.keyed assignature`;
  test.each(open.split(/\s+/))('%s is not', (key) => {
    expect(redactor.attribute(key, 'value')).toBe('value');
  });

  test.each('otp cvv cvc2 captcha'.split(' '))(
    '%s hides a code of three digits and more, and no number of two',
    (key) => {
      for (const code of ['123', '0000', '48213', 'a1'])
        expect(redactor.text(`?${key}=${code}&page=2`)).toBe(`?${key}=***&page=2`);
      for (const number of ['1', '42']) {
        expect(redactor.text(`?${key}=${number}&page=2`)).toBe(`?${key}=${number}&page=2`);
      }
    },
  );

  test.each([0, 1, 2, 3])('are found under %i layers of encoding', (layers) => {
    let pair = 'password=hunter2';
    for (let i = 0; i < layers; i++) pair = encodeURIComponent(pair);
    expect(redactor.text(`GET /a?next=/b?${pair}&page=2`)).not.toContain('hunter2');
    expect(redactor.text(`GET /a?next=/b?${pair}&page=2`)).toContain('GET /a?next=/b?');
  });

  test('of several words may be separated by spaces', () => {
    expect(redactor.attribute('the API key', 'x')).toBe('***');
    expect(redactor.attribute('the key of the API', 'x')).toBe('x');
  });

  test('of the user are added, in any spelling; what has no letters is passed over', () => {
    const own = new Redactor(['Tenant', 'internalId', 'customer-pin', '密码', '', '***']);
    for (const key of [
      'tenant',
      'x-tenants',
      'INTERNAL_ID',
      'internalid',
      'customerPin',
      'x.密码',
      'password',
    ]) {
      expect([key, own.attribute(key, 'x')]).toEqual([key, '***']);
    }
    for (const key of ['internal', 'id', 'pin', 'customer', 'tenancy', '***', '']) {
      expect([key, own.attribute(key, 'x')]).toEqual([key, 'x']);
    }
    expect(own.text('GET /x?tenant=7&id=8')).toBe('GET /x?tenant=***&id=8');
    expect(new Redactor(['code']).text('code: 404')).toBe('code: ***');
    const birthDate = new Redactor(['birth date']);
    for (const key of ['birth date', 'birthDate', 'customer.birth_date'])
      expect([key, birthDate.attribute(key, '1990-01-01')]).toEqual([key, '***']);
    expect(birthDate.text('GET /x?birth_date=1990-01-01&id=8')).toBe('GET /x?birth_date=***&id=8');
  });
});

test('an attribute that is a query string without its question mark is read as one', () => {
  expect(redactor.attribute('url.query', 'code=abc&x=1')).toBe('code=***&x=1');
  expect(redactor.attribute('url.path', 'code=abc&x=1')).toBe('code=abc&x=1');
});

/** Text and what becomes of it. */
function table(rows: readonly (readonly [string, string])[]): void {
  test.each(rows)('%s ⇒ %s', (text, redacted) => {
    expect(redactor.text(text)).toBe(redacted);
    expect(redactor.text(redacted)).toBe(redacted);
  });
}

describe('query strings', () => {
  table([
    ['GET /a?token=abc&x=1 → 200', 'GET /a?token=***&x=1 → 200'],
    ['?a=1&token=abc#b=2', '?a=1&token=***#b=2'],
    ['?a=1;token=abc;b=2', '?a=1;token=***;b=2'],
    ['/a?%74oken=abc&b=2', '/a?%74oken=***&b=2'],
    ['/a?user[password]=abc&b=2', '/a?user[password]=***&b=2'],
    ['/a?user%5Bpassword%5D=abc&b=2', '/a?user%5Bpassword%5D=***&b=2'],
    ['/cb#access_token=abc&token_type=x', '/cb#access_token=***&token_type=x'],
    ['/cb?code=abc&state=xyz', '/cb?code=***&state=xyz'],
    ['/cb?a=1;code=abc', '/cb?a=1;code=***'],
    ['/cb?authCode=abc', '/cb?authCode=***'],
    ['/a?token=&b=2', '/a?token=&b=2'],
    ['GET /a?token= → 200', 'GET /a?token= → 200'],
    ['/a?token=<abc>&b={token}', '/a?token=***&b={token}'],
    ['/a?token==abc==&b=2', '/a?token==***&b=2'],
    ['/a?token="abc"&b=2', '/a?token="***"&b=2'],
    ["/a?password=it's&b=2", '/a?password=***&b=2'],
    ['see (http://h/a?token=abc).', 'see (http://h/a?token=***).'],
    ["fetch('http://h/a?token=abc').then", "fetch('http://h/a?token=***').then"],
    ['<a href="/a?token=abc">', '<a href="/a?token=***">'],
    ['/a?authorization=Bearer abc', '/a?authorization=***'],
    ['/a?authorization=Bearer%20abc&b=2', '/a?authorization=***&b=2'],
    ['/a?x=Bearer%20abc&b=2', '/a?x=Bearer%20***&b=2'],
    ['/a?cookie=abc&b=2', '/a?cookie=***&b=2'],
    ['token=abc&x=1', 'token=***&x=1'],
    ['/a;jsessionid=abc', '/a;jsessionid=***'],
    [
      '/a?next=https%3A%2F%2Fu%3Ap%40h%2Fcb%3Ftoken%3Dabc%26x%3D1&y=2',
      '/a?next=https%3A%2F%2F***%40h%2Fcb%3Ftoken%3D***%26x%3D1&y=2',
    ],
    ['/a?next=%252Fcb%253Fcode%253Dabc', '/a?next=%252Fcb%253Fcode%253D***'],
    ['/a?f=%7B%22password%22%3A%22abc%22%7D', '/a?f=%7B%22password%22%3A%22***%22%7D'],
    ['/a?next=%E5token%3Dabc%zz', '/a?next=%E5token%3D***'],
    ['/a%3Ftoken=abc&b=2', '/a%3Ftoken=***&b=2'],
    ['/a?api%20key=abc&b=2', '/a?api%20key=***&b=2'],
    ['/a?next=%E5%3Ftoken%3Dabc', '/a?next=%E5%3Ftoken%3D***'],
    ['/a?x=%F0%9F&token=abc', '/a?x=%F0%9F&token=***'],
  ]);
});

describe('URLs', () => {
  table([
    ['https://user:abc@host/a', 'https://***@host/a'],
    ['https://user:a@b:c@host/a', 'https://***@host/a'],
    ['https://user@corp.com:abc@host:80/a', 'https://***@host:80/a'],
    ['https://user:a%40c@host', 'https://***@host'],
    ['https://user:a?b#c@host/d', 'https://***@host/d'],
    ['https://user:a@b#c@host/d', 'https://***@host/d'],
    ['https://user:a/c@host/d', 'https://***@host/d'],
    ["https://user:a'b<c>,;!$@host/d", 'https://***@host/d'],
    ['https://user:@host', 'https://***@host'],
    ['redis://:abc@host', 'redis://***@host'],
    ['//user:abc@host', '//***@host'],
    ['mongodb+srv://u:abc@h/db', 'mongodb+srv://***@h/db'],
    ['mongodb://u:abc@h1:1,u:abc@h2:2/db', 'mongodb://***@h2:2/db'],
    ['jdbc:postgresql://u:abc@h/db', 'jdbc:postgresql://***@h/db'],
    ['"https:\\/\\/u:abc@h\\/a"', '"https:\\/\\/***@h\\/a"'],
    ['https://token:abc@host', 'https://***@host'],
    ['a http://u:abc@h/, b http://u:abc@h/', 'a http://***@h/, b http://***@h/'],
    ['http://h/a//u:abc@h', 'http://h/a//***@h'],
  ]);
});

describe('schemes', () => {
  table([
    ['Bearer abc.def', 'Bearer ***'],
    ['got "Bearer abc", sorry', 'got "Bearer ***", sorry'],
    ['BEARER  abc', 'BEARER  ***'],
    ['Basic dXNlcjpwYXNz!', 'Basic ***!'],
    ['Basic dXNlcjpwYX==, x', 'Basic ***, x'],
    ['basic dXNl-_pwYX', 'basic ***'],
    ['Bearer token: abc', 'Bearer token: ***'],
    ['X-Auth-Token: Bearer abc', 'X-Auth-Token: ***'],
    ['Basic password: abc', 'Basic password: ***'],
  ]);
});

describe('pairs', () => {
  table([
    ['password=abc', 'password=***'],
    ['pwd: abc, user: bob', 'pwd: ***, user: bob'],
    ['password = abc', 'password = ***'],
    ['password=a,b#c?d; x', 'password=***; x'],
    ['token=abc,user=bob', 'token=***,user=bob'],
    // A value that begins inside another one and goes on behind it.
    ['Bearer --\npassword="6AAA 6AAA"', 'Bearer ***\n***"'],
    ['Bearer abc;password="a b" c', 'Bearer ***"***" c'],
    ['Bearer abc;password=a,b c', 'Bearer *** c'],
    ['//u:password="a@b c" d', '//***" d'],
    ['token=a;cookie: b=c; d=e\nHost: h', 'token=***;cookie: ***\nHost: h'],
    ['{user: bob, token: abc}', '{user: bob, token: ***}'],
    ['[token:abc]', '[token:***]'],
    ["{ user: 'bob', pass: 'a b' }", "{ user: 'bob', pass: '***' }"],
    ["'token' => 'abc'", "'token' => '***'"],
    ['token := abc', 'token := ***'],
    ['API key: abc', 'API key: ***'],
    ['my access key = abc', 'my access key = ***'],
    ['get session:abc', 'get session:***'],
    ['mysqldump --password abc db', 'mysqldump --password *** db'],
    ["psql --password='a b' db", "psql --password='***' db"],
    ['DB_PASS=abc', 'DB_PASS=***'],
    ['Server=db,1433;User ID=sa;Password=a#b!;Timeout=5', 'Server=db,1433;User ID=sa;Password=***;Timeout=5'],
    ['AccountName=a;AccountKey=abc==;EndpointSuffix=b', 'AccountName=a;AccountKey=***;EndpointSuffix=b'],
    ['redis:6379,password=abc,ssl=true', 'redis:6379,password=***,ssl=true'],
    ["where token = 'it''s' and a", 'where token = ? and a'],
    ['password="a \\" b" c', 'password="***" c'],
    ['password="a b', 'password="***'],
  ]);
});

describe('JSON', () => {
  table([
    ['{"password":"a b","x":1}', '{"password":"***","x":1}'],
    ['{"password": 1234, "x":1}', '{"password": ***, "x":1}'],
    ['{"password":"a\\"b\\\\","x":1}', '{"password":"***","x":1}'],
    ['"{\\"password\\":\\"a\\\\\\"b\\",\\"x\\":1}"', '"{\\"password\\":\\"***\\",\\"x\\":1}"'],
    ['{"tokens":["a]",{"b":"}"}],"x":1}', '{"tokens":"***","x":1}'],
    ['"{\\"tokens\\":[\\"a]\\",2],\\"x\\":1}"', '"{\\"tokens\\":***,\\"x\\":1}"'],
    ["{ 'set-cookie': [ 'a=b', 'c=d' ], x: 1 }", "{ 'set-cookie': '***', x: 1 }"],
    ['{"password":"", "x":1}', '{"password":"", "x":1}'],
    ['{"auth":"abc"}', '{"auth":"***"}'],
    ['{"user":{"api key":"abc"}}', '{"user":{"api key":"***"}}'],
    ['{"password":"cut of', '{"password":"***'],
    ['{"secrets":["cut of', '{"secrets":"***"'],
  ]);
});

describe('header lines', () => {
  table([
    ['Authorization: Digest username="a", response="b"\nHost: h', 'Authorization: ***\nHost: h'],
    ['Authorization: Bearer abc\r\nHost: h', 'Authorization: ***\r\nHost: h'],
    ['Cookie: a=b; c=d\nHost: h', 'Cookie: ***\nHost: h'],
    ['set-cookie: a=b; Path=/', 'set-cookie: ***'],
    ['X-Api-Key: abc\nHost: h', 'X-Api-Key: ***\nHost: h'],
    ['curl -H "Cookie: a=b; c=d" http://h', 'curl -H "Cookie: ***" http://h'],
    ["{ authorization: 'Digest a b', x: 1 }", "{ authorization: '***', x: 1 }"],
  ]);
});

describe('ordinary text stays', () => {
  test.each([
    'GET /orders/7?page=2&size=10 → 200',
    'ratio 3:4@noon',
    'write to mailto:bob@example.com or bob@example.com',
    'at 12:30:00',
    'at foo (file:///app/x.js:1:2)',
    'at Session.verify (/app/src/auth/token.service.ts:10:5)\n    at C:\\app\\session.js:3:1',
    'at Object.<anonymous> (node:internal/process/task_queues:95:5)',
    'status code: 404',
    'code=404',
    "PostgreSQL error of type 'error' occurred (code: 42P01)",
    'http://localhost:3000?email=a@b.c',
    'http://token-service:8080/a',
    'http://[::1]:80/x@y',
    'ssh://git@github.com:org/repo',
    'https://registry.npmjs.org/@scope/a',
    'connect ECONNREFUSED session-store:6379',
    'JsonWebTokenError: invalid signature',
    'TokenExpiredError: jwt expired',
    'MongoServerError: bad auth : authentication failed',
    'AssertionError: expected 1 to equal 2',
    'tests pass: 5 fail: 0',
    `Unexpected token ':', "{"a" is not valid JSON`,
    'Token::parse failed',
    'Basic auth, Basic authentication failed',
    'missing bearer',
    'GET /reset/:token → 200',
    'SELECT a.b FROM a JOIN s ON s.id = a.b WHERE a.token = b.token AND password = ? AND token = $1',
    "Cannot read properties of undefined (reading 'token')",
    'x = a == b ? c : d',
    'ENOENT: no such file or directory, open C:\\secrets\\a.txt',
    '100% of a%20b',
  ])('%s', (text) => {
    expect(redactor.text(text)).toBe(text);
  });
});

test.each(['redis', ''])(
  'a token that is a key of Redis is hidden whole, also its claims (system "%s")',
  (system) => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.Jd3Yh8cN4bVxLw9RKtZ2mQp7';
    const redactor = new Redactor([]);
    for (const command of [`GET ${token}`, `DEL a ${token}`, `HGET session:${token} f`])
      expect(redactor.statement(command, system)).toBe(command.replace(token, '***'));
  },
);
