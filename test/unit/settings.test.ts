import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { StardustOptions } from '../../src/config/options.ts';
import {
  CONSOLE_DEFAULTS,
  describeChanges,
  describeSettings,
  resolveSettings,
} from '../../src/config/resolve.ts';
import { SETTINGS, type SettingName } from '../../src/config/settings.ts';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';

/** What each option takes, where its value comes from, and how the log tells it. */

const read = (options: object, environment: Record<string, string> = {}) =>
  resolveSettings(options as StardustOptions, environment);

const fault = (options: object): string => {
  try {
    read(options);
  } catch (error) {
    return error instanceof TypeError ? error.message : '';
  }
  return '';
};

describe('a number', () => {
  test.each<[SettingName, number, number, number | undefined, string]>([
    ['periodSeconds', 1, 3_600, 60, 'a number of seconds from 1 to 3,600'],
    ['pingIntervalSeconds', 1, 3_600, 30, 'a number of seconds from 1 to 3,600'],
    ['requestTimeoutMillis', 1, 600_000, 15_000, 'a number of milliseconds from 1 to 600,000'],
    ['shutdownTimeoutMillis', 1, 600_000, 2_000, 'a number of milliseconds from 1 to 600,000'],
    ['slowThresholdMillis', 1, 86_400_000, 5_000, 'a number of milliseconds from 1 to 86,400,000'],
    ['maxNames', 1, 100_000, 2_000, 'a whole number from 1 to 100,000'],
    ['maxSamples', 0, 1_000, 1, 'a whole number from 0 to 1,000'],
    ['maxErrors', 0, 1_000, 10, 'a whole number from 0 to 1,000'],
    ['maxTagLength', 0, 2_000, 1_024, 'a whole number from 0 to 2,000'],
    ['maxBacklogBytes', 65_536, 2 ** 31, 16_777_216, 'a whole number of bytes from 65,536 to 2,147,483,648'],
    ['errorStatusFrom', 100, 999, undefined, "a whole number from 100 to 999, or 'stardust'"],
  ])('%s is from %d to %d, by default %d', (name, min, max, fallback, rule) => {
    const { variable } = SETTINGS[name] as { readonly variable?: string };
    const byVariable = (value: number) => read({}, { [variable ?? '']: String(value) }).settings[name];
    expect(variable).toMatch(/^STARDUST_/);
    expect(read({}).settings[name]).toBe(fallback);
    for (const value of [min, max]) {
      expect(read({ [name]: value }).settings[name]).toBe(value);
      expect(byVariable(value)).toBe(value);
    }
    for (const value of [min - 1, max + 1]) {
      expect(fault({ [name]: value })).toBe(
        `opentelemetry-stardust: option ${name} must be ${rule}, not ${value}`,
      );
      expect(byVariable(value)).toBe(fallback);
    }
  });
});

test('what is not set has its default', () => {
  expect(read({}).settings).toMatchObject({
    ...{ server: undefined, appId: undefined, secret: '', saltedSecret: true, tokenIn: 'query' },
    ...{ appName: undefined, clientId: undefined, version: undefined, naming: 'span', nameGroups: [] },
    ...{ excludes: [], filter: undefined, internalSpans: true, tag: undefined, resendUnclear: true },
    ...{ redact: { keys: [], sql: true, strict: false }, backlogDirectory: undefined, processInfo: true },
    ...{ headers: {}, ca: undefined, cert: undefined, key: undefined, dispatcher: undefined },
  });
});

describe('where a value comes from', () => {
  test('is told, and options win over variables, these over the defaults of who asks, these over ours', () => {
    const options = { naming: undefined, periodSeconds: 10, tokenIn: '' } as unknown as StardustOptions;
    const environment = { STARDUST_PERIOD_SECONDS: '20', STARDUST_MAX_NAMES: '7', STARDUST_MAX_ERRORS: 'x' };
    const { settings, origins, warnings } = resolveSettings(options, environment, CONSOLE_DEFAULTS);
    expect(settings).toMatchObject({ periodSeconds: 10, maxNames: 7, maxErrors: 10, tokenIn: 'query' });
    expect(settings).toMatchObject({ naming: 'stardust', internalSpans: false });
    expect(origins).toMatchObject({ periodSeconds: 'option', maxNames: 'environment', maxErrors: 'default' });
    expect(origins).toMatchObject({ naming: 'default', tokenIn: 'default' });
    expect(warnings).toEqual([
      'variable STARDUST_MAX_ERRORS must be a whole number from 0 to 1,000, not "x"; its default is taken',
    ]);
    const own = resolveSettings({ naming: 'span', internalSpans: true }, {}, CONSOLE_DEFAULTS).settings;
    expect(own).toMatchObject({ naming: 'span', internalSpans: true });
  });

  test('of the literals of SQL is the option, else their own variable', () => {
    const environment = { STARDUST_REDACT: 'iban', STARDUST_REDACT_SQL: 'false' };
    const redactOf = (options: object) => read(options, environment).settings.redact;
    expect(redactOf({})).toEqual({ keys: ['iban'], sql: false, strict: false });
    expect(redactOf({ redact: { sql: true } })).toEqual({ keys: [], sql: true, strict: false });
    expect(redactOf({ redact: ['a'] })).toEqual({ keys: ['a'], sql: false, strict: false });
    expect(redactOf({ redact: 'strict' })).toEqual({ keys: [], sql: true, strict: true });
  });
});

test.each([
  ['a word', 'loose'],
  ['a number', 5],
  ['true', true],
  ['a list with a number', ['a', 5]],
  ['keys that are no list', { keys: 'iban' }],
  ['a list of keys with a number', { keys: [5] }],
  ['sql that is a text', { sql: 'false' }],
  ['sql that is null', { sql: null }],
])('redact as %s is refused', (_, redact) => {
  expect(fault({ redact })).toMatch(
    /option redact must be 'strict', an array of keys, or \{ keys\?: string\[\], sql\?: boolean \}, not /,
  );
});

test.each([
  ['a text', 'x'],
  ['a number', 5],
  ['an object that sends nothing', {}],
  ['a function', () => {}],
])('a dispatcher that is %s is refused', (_, dispatcher) => {
  expect(fault({ dispatcher })).toMatch(/option dispatcher must be an undici Dispatcher, not /);
});

test('hooks and a dispatcher are taken as they are', () => {
  const [filter, tag, naming] = [() => true, () => 'tag', () => 'name'];
  const dispatcher = { dispatch: () => true };
  const { settings } = read({ filter, tag, naming, dispatcher });
  expect(settings.filter).toBe(filter);
  expect(settings.tag).toBe(tag);
  expect(settings.naming).toBe(naming);
  expect(settings.dispatcher).toBe(dispatcher);
});

describe('headers', () => {
  test.each<[object, object]>([
    [{}, {}],
    [{ 'X-Api-Key': 'a' }, { 'x-api-key': 'a' }],
    [{ "!#$%&'*+.^_`|~0-9a-z": 'a' }, { "!#$%&'*+.^_`|~0-9a-z": 'a' }],
    [{ a: '' }, { a: '' }],
    [{ a: '\t ~\u0080ÿ' }, { a: '\t ~\u0080ÿ' }],
    [
      { 'x-connection': 'a', 'connection-x': 'b', content: 'c' },
      { 'x-connection': 'a', 'connection-x': 'b', content: 'c' },
    ],
  ])('%j are taken', (headers, taken) => {
    expect(read({ headers }).settings.headers).toEqual(taken);
  });

  test.each([
    ...['Connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'keep-alive'],
    ...['transfer-encoding', 'UPGRADE', '', 'a b', ' a', 'a:', 'ä', 'a\n'],
  ])('of the name %j are refused, and what was given is not shown', (name) => {
    const message = fault({ headers: { 'x-a': '1', [name]: 'hunter2' } });
    expect(message).toMatch(/option headers must be an object of strings, .* not a value of type object$/);
  });

  test.each([
    ['a line break', 'a\nb'],
    ['a letter beyond Latin-1', 'Ā'],
    ['DEL', '\u007f'],
    ['NUL', 'a\0'],
  ])('with %s in a value are refused', (_, value) => {
    expect(fault({ headers: { a: value } })).toContain('option headers must be');
  });

  test.each([
    ['a text', 'a=b'],
    ['a number', 5],
    ['a list of texts', ['a=b']],
    ['an empty list', []],
    ['a map', new Map([['a', 'b']])],
    ['those of fetch', new Headers({ a: 'b' })],
    ['a header of a number', { a: 5 }],
    ['none', { a: undefined }],
  ])('that are %s are refused', (_, headers) => {
    expect(fault({ headers })).toContain('option headers must be');
  });

  test('of a function are asked for later', () => {
    const headers = async () => ({});
    expect(read({ headers }).settings.headers).toBe(headers);
  });

  test.each<[string, object | undefined]>([
    ['a=1', { a: '1' }],
    [' A = 1 , b=2 ', { a: '1', b: '2' }],
    ['a=b=c', { a: 'b=c' }],
    ['a=', { a: '' }],
    ['a=x%2Cy%20z', { a: 'x,y z' }],
    ['a=50%', { a: '50%' }],
    ['a', undefined],
    ['ab', undefined],
    ['a=1,b', undefined],
    ['a=1,', undefined],
    ['=1', undefined],
    ['connection=close', undefined],
  ])('of the variable %j are %j', (value, headers) => {
    const { settings, warnings } = read({}, { STARDUST_HEADERS: value });
    expect(settings.headers).toEqual(headers ?? {});
    expect(warnings).toHaveLength(headers === undefined ? 1 : 0);
  });
});

describe('the address of a server', () => {
  test.each<[string, string[]]>([
    ['http.example.com', ['http://http.example.com']],
    ['https-gate:80', ['http://https-gate']],
    ['xhttp:81', ['http://xhttp:81']],
    ['HTTP://h', ['http://h']],
    ['h:1,, ,h:2 , h:1', ['http://h:1', 'http://h:2']],
    ['h/a://b', ['http://h/a://b']],
    ['http://h/a/b//', ['http://h/a/b']],
    ['http://h/a//b', ['http://h/a//b']],
  ])('%s is %j', (server, addresses) => {
    expect(read({ server }).settings.server).toEqual(addresses);
  });

  test.each([
    ...[
      'a@h',
      'h?a',
      'h#a',
      'h;a',
      'h/a=b',
      'h\\a',
      'h a',
      'http:h',
      'HTTPS:h',
      'http/h',
      'https//h',
      'http:/h',
    ],
    ...['ftp://h', 'x+y-z.1://h', ',', ' , ', 'h:99999', 'K7pQm2ZtR9xLw4Vb', 'h,ftp://h'],
  ])('%j is refused', (server) => {
    expect(fault({ server })).toMatch(/option server must be an address such as/);
  });
});

describe('in the log', () => {
  test('all settings are described, each with where it came from', () => {
    const resolved = read(
      {
        ...{ server: 'h:1', appId: 'a', secret: 'hunter2', headers: { a: 'hunter2' }, excludes: ['/x'] },
        ...{ filter: () => true, dispatcher: { dispatch: () => true } },
      },
      { STARDUST_PERIOD_SECONDS: '10', STARDUST_CA: '/ca.pem' },
    );
    const line = describeSettings(resolved);
    for (const part of [
      ...[
        'server=["http://h:1"] (option)',
        'appId="a" (option)',
        'secret=*** (option)',
        'headers=*** (option)',
      ],
      ...['saltedSecret=true (default)', 'appName=none (default)', 'nameGroups=none (default)'],
      ...['excludes=["/x"] (option)', 'filter=a function (option)', 'periodSeconds=10 (environment)'],
      ...['ca={"file":"/ca.pem"} (environment)', 'dispatcher={} (option)', 'tag=none (default)'],
    ])
      expect(line.split(', ')).toContain(part);
    expect(line.split(', ')).toHaveLength(Object.keys(SETTINGS).length);
  });

  test('the line at start names what differs from the defaults, besides what it names anyway', () => {
    const named = { server: 'h:1', appId: 'a', appName: 'b', clientId: 'c', version: '1' };
    expect(describeChanges(read(named))).toBe('');
    expect(describeChanges(read({ ...named, secret: 'hunter2', maxNames: 5 }, { HTTP_PROXY: 'p:1' }))).toBe(
      'secret=***, maxNames=5, proxy="http://p:1" (environment)',
    );
  });

  test.each<[string, (secret: string) => object]>([
    ['a secret', (secret) => ({ secret })],
    ['a header', (secret) => ({ headers: { a: secret } })],
    ['a part of an address', (secret) => ({ server: `http://h/t/${secret}` })],
    ['a token as appId', (secret) => ({ appId: secret })],
    ['a token as appName', (secret) => ({ appName: secret })],
    ['a token as clientId', (secret) => ({ clientId: secret })],
    ['a token as version', (secret) => ({ version: secret })],
    ['a token in a folder', (secret) => ({ backlogDirectory: `/var/${secret}` })],
    ['a value among nameGroups', (secret) => ({ nameGroups: [`/x?key=${secret}`] })],
    ['a value among excludes', (secret) => ({ excludes: ['/a', `/x?key=${secret}`] })],
    ['a value among the keys of redact', (secret) => ({ redact: [`password=${secret}`] })],
  ])('%s is not shown, also where somebody else quotes it', (what, options) => {
    const secret = createHash('sha256').update(what).digest('base64url').slice(0, 30);
    expect(withoutSecrets(`no ${secret} here`)).toBe(`no ${secret} here`);
    read(options(secret));
    expect(withoutSecrets(`no ${secret} here`)).toBe('no *** here');
  });
});

test.each(['constructor', '__proto__', 'toString'])('%s is no word of an option', (word) => {
  for (const variable of ['STARDUST_SALTED_SECRET', 'STARDUST_TOKEN_IN', 'STARDUST_NAMING']) {
    const { settings, warnings } = read({}, { [variable]: word });
    expect(settings).toMatchObject({ saltedSecret: true, tokenIn: 'query', naming: 'span' });
    expect(warnings).toHaveLength(1);
  }
});
