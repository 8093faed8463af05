import { describe, expect, test } from 'vitest';
import { proxiesOf } from '../../src/config/proxies.ts';
import { describeSettings, resolveSettings } from '../../src/config/resolve.ts';
import { withoutSecrets } from '../../src/runtime/own-secrets.ts';

const PLAIN = 'http://stardust.example:6600';
const SECURE = 'https://stardust.example';

const proxyOf = (server: string, environment: Record<string, string>) =>
  proxiesOf([server], environment).proxies.get(server);

test.each([
  ['no variable is set', PLAIN, {}, undefined],
  ['HTTP_PROXY is for http', PLAIN, { HTTP_PROXY: 'http://p:3128' }, 'http://p:3128'],
  ['HTTP_PROXY is not for https', SECURE, { HTTP_PROXY: 'http://p:3128' }, undefined],
  ['HTTPS_PROXY is for https', SECURE, { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128'],
  ['HTTPS_PROXY is not for http', PLAIN, { HTTPS_PROXY: 'http://p:3128' }, undefined],
  ['lower case wins', PLAIN, { HTTP_PROXY: 'http://p:1', http_proxy: 'http://p:2' }, 'http://p:2'],
  ['an empty one counts as none', PLAIN, { HTTP_PROXY: 'http://p:1', http_proxy: ' ' }, 'http://p:1'],
  ['the scheme may be left out', PLAIN, { http_proxy: 'p:3128' }, 'http://p:3128'],
  ['a path may look like a scheme', PLAIN, { http_proxy: 'p/a://b' }, 'http://p'],
  ['the proxy may speak TLS', PLAIN, { http_proxy: 'https://p:3129/' }, 'https://p:3129'],
])('%s', (_, server, environment, origin) => {
  const proxy = proxyOf(server, environment as Record<string, string>);
  expect(proxy).toEqual(origin === undefined ? undefined : { origin, authorization: undefined });
});

test.each([
  ['http://u:p@proxy', 'u:p'],
  ['u:p@proxy:3128', 'u:p'],
  ['http://u@proxy', 'u:'],
  ['http://b%C3%A4r:p%40%3A@proxy', 'bär:p@:'],
  ['http://u:50%@proxy', 'u:50%'],
])('user and password of %s are those of Proxy-Authorization and not of the address', (address, user) => {
  const proxy = proxyOf(PLAIN, { http_proxy: address });
  expect(proxy?.authorization).toBe(`Basic ${Buffer.from(user).toString('base64')}`);
  expect(proxy?.origin).toMatch(/^http:\/\/proxy(:3128)?$/);
});

test('user and password are shown nowhere, nor what is sent of them', () => {
  const proxy = proxyOf(PLAIN, { http_proxy: 'http://root:K7pQm2Z%40tR9x@proxy' });
  const sent = proxy?.authorization?.slice('Basic '.length);
  expect(withoutSecrets(`see K7pQm2Z@tR9x, ${sent}`)).toBe('see ***, ***');
});

describe('NO_PROXY', () => {
  const isDirect = (server: string, list: string) =>
    proxyOf(server, { http_proxy: 'p:1', https_proxy: 'p:1', NO_PROXY: list }) === undefined;

  test.each([
    ['*', PLAIN],
    ['stardust.example', PLAIN],
    ['STARDUST.Example', PLAIN],
    ['example', PLAIN],
    ['.example', PLAIN],
    ['*.example', PLAIN],
    ['a, b ,stardust.example', PLAIN],
    ['a b stardust.example', PLAIN],
    ['stardust.example:6600', PLAIN],
    ['stardust.example:443', SECURE],
    ['stardust.example:80', 'http://stardust.example'],
    ['10.1.2.3', 'http://10.1.2.3:6600'],
    ['10.0.0.0/8', 'http://10.1.2.3:6600'],
    ['10.1.0.0/16', 'http://10.1.2.3:6600'],
    ['10.1.2.3/32', 'http://10.1.2.3:6600'],
    ['fd12::/64', 'http://[fd12::1]:6600'],
    ['fd12::1/128', 'http://[fd12::1]:6600'],
    ['::1', 'http://[::1]:6600'],
    ['[::1]', 'http://[::1]:6600'],
    ['[::1]:6600', 'http://[::1]:6600'],
    ['fd00::/8', 'http://[fd12::1]:6600'],
  ])('%j names %s', (list, server) => {
    expect(isDirect(server, list)).toBe(true);
  });

  test.each([
    ['', PLAIN],
    [',', PLAIN],
    ['dust.example', PLAIN],
    ['a.stardust.example', PLAIN],
    ['stardust.example:6601', PLAIN],
    ['stardust.example:6600', SECURE],
    ['10.1.2.4', 'http://10.1.2.3:6600'],
    ['11.0.0.0/8', 'http://10.1.2.3:6600'],
    ['10.1.2.3/33', 'http://10.1.2.3:6600'],
    ['fd12::1/129', 'http://[fd12::1]:6600'],
    ['10.0.0.0/99', 'http://10.1.2.3:6600'],
    ['10.0.0.0/x8', 'http://10.1.2.3:6600'],
    ['10.0.0.0/8x', 'http://10.1.2.3:6600'],
    ['10.0.0.0/8', 'http://[fd12::1]:6600'],
    ['fd00::/8', 'http://10.1.2.3:6600'],
    ['other.example/8', PLAIN],
    ['10.0.0.0/x', 'http://10.1.2.3:6600'],
    ['::1', 'http://[::2]:6600'],
    ['[', PLAIN],
    ['10.0.0.0/8', PLAIN],
  ])('%j does not name %s', (list, server) => {
    expect(isDirect(server, list)).toBe(false);
  });
});

test.each([
  'K7pQm2ZtR9xLw4VbN8cYh3Jd',
  'socks5://u:hunter2@p',
  'http://u:hunter2@',
  'u:hunter2@p:x',
  'http://hunter2 x',
  ':',
])('an address that cannot be read, such as %s, is logged once, never shown, and not used', (address) => {
  const environment = { HTTPS_PROXY: address };
  const servers = `${SECURE},https://second.example`;
  const { proxies, warnings } = resolveSettings({ server: servers }, environment);
  expect([...proxies]).toEqual([]);
  expect(warnings).toEqual([
    "variable HTTPS_PROXY must be an address such as 'http://proxy:3128'; no proxy is used",
  ]);
});

test('proxies are told in the line at start, without user and password', () => {
  const environment = { HTTPS_PROXY: 'http://u:hunter2@p:1', http_proxy: 'q:2' };
  const line = describeSettings(resolveSettings({ server: `${PLAIN},${SECURE}` }, environment));
  expect(line).toMatch(/, proxy="http:\/\/q:2" \(environment\), proxy="http:\/\/p:1" \(environment\)$/);
  expect(line).not.toContain('hunter2');
});

test('with a dispatcher there is no proxy, and nothing is said of one', () => {
  const dispatcher = { dispatch: () => true };
  const { proxies, warnings } = resolveSettings({ server: PLAIN, dispatcher }, { HTTP_PROXY: 'x://' });
  expect([...proxies, ...warnings]).toEqual([]);
});
