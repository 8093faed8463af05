import { describe, expect, test } from 'vitest';
import type { StardustOptions } from '../../src/config/options.ts';
import { describeSettings, resolveSettings } from '../../src/config/resolve.ts';

const withVariable = (name: string, value: string) => resolveSettings({}, { [name]: value });

test('an option wins over its variable, the variable over the default', () => {
  const environment = { STARDUST_PERIOD_SECONDS: '20' };
  expect(resolveSettings({ periodSeconds: 10 }, environment).settings.periodSeconds).toBe(10);
  expect(resolveSettings({}, environment).settings.periodSeconds).toBe(20);
  expect(resolveSettings({}, {}).settings.periodSeconds).toBe(60);
});

test('empty strings, undefined and null count as unset', () => {
  const nothing = { appId: '', periodSeconds: undefined, secret: null } as unknown as StardustOptions;
  const { settings, warnings } = resolveSettings(nothing, { STARDUST_APP_ID: '  ', STARDUST_MAX_NAMES: '' });
  expect(settings).toMatchObject({ appId: undefined, periodSeconds: 60, secret: '', maxNames: 2_000 });
  expect(warnings).toEqual([]);
});

describe('the address of the server', () => {
  test.each([
    ['http://stardust:6600', 'http://stardust:6600'],
    ['stardust:6600', 'http://stardust:6600'],
    ['127.0.0.1:6600', 'http://127.0.0.1:6600'],
    ['https://apm.example.com/', 'https://apm.example.com'],
    ['https://apm.example.com/stardust/', 'https://apm.example.com/stardust'],
    ['http://h///', 'http://h'],
    ['h/stardust//', 'http://h/stardust'],
    ['HTTPS://Apm.Example.com:443/A', 'https://apm.example.com/A'],
    [' http://[::1]:6600 ', 'http://[::1]:6600'],
  ])('%s is taken as %s', (given, taken) => {
    expect(resolveSettings({ server: given }, {}).settings.server).toEqual([taken]);
    expect(withVariable('STARDUST_SERVER', given).settings.server).toEqual([taken]);
  });

  test('may be several, separated by commas', () => {
    const { settings } = resolveSettings({ server: 'http://a:6600, b:6600/,,http://a:6600' }, {});
    expect(settings.server).toEqual(['http://a:6600', 'http://b:6600']);
    expect(() => resolveSettings({ server: 'http://a,ftp://b' }, {})).toThrow(/option server/);
  });

  test.each(['ftp://host', 'http://', 'http://user:pw@host', 'http://host?x=1', 'http://ho st'])(
    '%s is refused',
    (given) => {
      expect(() => resolveSettings({ server: given }, {})).toThrow(/option server must be an address/);
    },
  );
});

test.each([
  'http:/ana:hunter2@h:9',
  'http//ana:hunter2@h:9',
  'http:\\\\ana:hunter2@h',
  'http:ana:hunter2@h',
  'http//h',
  'http://h/a;token=hunter2',
  'ana:hunter2@h',
])('an address with a slip or more than an address is refused and not shown: %s', (given) => {
  expect(() => resolveSettings({ server: given }, {})).toThrow(/^(?!.*hunter2).*option server must be/);
});

test('all faults of options come in one TypeError that names option, rule and value', () => {
  const bad = { periodSeconds: 0, maxNames: 1.5, tokenIn: 'cookie', filter: 'no', server: 5 };
  const attempt = () => resolveSettings(bad as unknown as StardustOptions, {});
  expect(attempt).toThrow(TypeError);
  expect(attempt).toThrow(/option periodSeconds must be a number of seconds from 1 to 3,600, not 0/);
  expect(attempt).toThrow(/option maxNames must be a whole number from 1 to 100,000, not 1.5/);
  expect(attempt).toThrow(/option tokenIn must be 'query' or 'header', not "cookie"/);
  expect(attempt).toThrow(/option filter must be a function, not "no"/);
  expect(attempt).toThrow(/option server must be an address such as/);
});

test('a secret is never printed, neither in a fault nor in the line at start', () => {
  const bad = { secret: ['hunter2'], headers: { 'bad name': 'hunter2' } };
  const attempt = () => resolveSettings(bad as unknown as StardustOptions, {});
  expect(attempt).toThrow(/option secret must be a string, not a value of type object/);
  expect(attempt).not.toThrow(/hunter2/);
  const good = resolveSettings({ secret: 'hunter2', headers: { authorization: 'hunter2' } }, {});
  expect(describeSettings(good)).toContain('secret=*** (option)');
  expect(describeSettings(good)).not.toContain('hunter2');
});

test('user and password of an address are never printed', () => {
  const attempt = () => resolveSettings({ server: 'http://root:hunter2@host' }, {});
  expect(attempt).toThrow(/option server/);
  expect(attempt).not.toThrow(/hunter2/);
});

test.each([
  ['STARDUST_PERIOD_SECONDS', 'abc', 'periodSeconds', 60],
  ['STARDUST_PERIOD_SECONDS', '4000', 'periodSeconds', 60],
  ['STARDUST_SALTED_SECRET', 'maybe', 'saltedSecret', true],
  ['STARDUST_TOKEN_IN', 'cookie', 'tokenIn', 'query'],
  ['STARDUST_NAMING', 'fancy', 'naming', 'span'],
  ['STARDUST_ERROR_STATUS_FROM', '5xx', 'errorStatusFrom', undefined],
  ['STARDUST_REDACT_SQL', 'perhaps', 'redact', { keys: [], sql: true, strict: false }],
  ['STARDUST_SERVER', 'ftp://host', 'server', undefined],
] as const)('a bad %s=%s is said and its default taken', (variable, text, option, value) => {
  const { settings, warnings } = withVariable(variable, text);
  expect(settings[option]).toEqual(value);
  expect(warnings).toEqual([
    expect.stringMatching(new RegExp(`^variable ${variable} must be .*default is taken$`)),
  ]);
});

test.each([
  ['STARDUST_SALTED_SECRET', 'FALSE', 'saltedSecret', false],
  ['STARDUST_SALTED_SECRET', '0', 'saltedSecret', false],
  ['STARDUST_RESEND_UNCLEAR', 'true', 'resendUnclear', true],
  ['STARDUST_TOKEN_IN', 'Header', 'tokenIn', 'header'],
  ['STARDUST_ERROR_STATUS_FROM', '400', 'errorStatusFrom', 400],
  ['STARDUST_ERROR_STATUS_FROM', 'stardust', 'errorStatusFrom', 'stardust'],
  ['STARDUST_EXCLUDES', ' /a , *b*;c ;', 'excludes', ['/a', '*b*', 'c']],
  ['STARDUST_HEADERS', 'x-a=1, x-b=a%20b', 'headers', { 'x-a': '1', 'x-b': 'a b' }],
  ['STARDUST_SECRET', 'a b', 'secret', 'a b'],
  ['STARDUST_NAMING', 'Stardust', 'naming', 'stardust'],
  ['STARDUST_REDACT', 'iban;card', 'redact', { keys: ['iban', 'card'], sql: true, strict: false }],
  ['STARDUST_REDACT', 'Strict', 'redact', { keys: [], sql: true, strict: true }],
  ['STARDUST_REDACT_SQL', 'false', 'redact', { keys: [], sql: false, strict: false }],
] as const)('%s=%s is read', (variable, text, option, value) => {
  const { settings, warnings } = withVariable(variable, text);
  expect(settings[option]).toEqual(value);
  expect(warnings).toEqual([]);
});

test.each([
  [['iban'], { keys: ['iban'], sql: true, strict: false }],
  [{ keys: ['iban'] }, { keys: ['iban'], sql: true, strict: false }],
  [{ sql: false }, { keys: [], sql: false, strict: false }],
] as const)('redact %j is read', (redact, value) => {
  expect(resolveSettings({ redact }, {}).settings.redact).toEqual(value);
});

test('unknown options are named once', () => {
  const { warnings } = resolveSettings({ server: 'h:1', colour: 1, size: 2 } as StardustOptions, {});
  expect(warnings).toEqual(['unknown options are ignored: colour, size']);
});

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(resolveSettings({}, {}).settings)).toBe(true);
});

test.each([
  ['STARDUST_SERVER', 'K7pQm2ZtR9xLw4VbN8cYh3Jd'],
  ['STARDUST_SERVER', 'ana:K7pQm2ZtR9xLw4Vb@h.test'],
  ['STARDUST_KEY', '-----BEGIN PRIVATE KEY-----\\nK7pQm2ZtR9xLw4Vb'],
  ['STARDUST_CERT', 'K7pQm2ZtR9xLw4VbN8cYh3Jd'],
  ['STARDUST_PERIOD_SECONDS', 'K7pQm2ZtR9xLw4VbN8cYh3Jd'],
  ['STARDUST_NAMING', 'token=K7pQm2ZtR9xLw4Vb'],
])('a secret in %s is not shown, and the variable is named', (variable, value) => {
  const { warnings } = resolveSettings({}, { [variable]: value });
  expect(warnings.join()).toContain(variable);
  expect(warnings.join()).not.toContain('K7pQm2Zt');
});
