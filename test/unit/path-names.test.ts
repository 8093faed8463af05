import { describe, expect, test } from 'vitest';
import { endOfPath } from '../../src/naming/path-segments.ts';
import { shortPath } from '../../src/naming/server-name.ts';
import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import { stardustName } from '../support/stardust-name.ts';

type Attributes = Record<string, unknown>;

const server = (path: string, more: Attributes = {}, naming?: StardustNaming) =>
  stardustName({ kind: 1, attributes: { 'http.request.method': 'GET', 'url.path': path, ...more } }, naming);
const client = (url: string, naming?: StardustNaming) =>
  stardustName({ kind: 2, attributes: { 'http.request.method': 'GET', 'url.full': url } }, naming);

const UUID = '550e8400-e29b-41d4-a716-446655440000';

describe('a segment that is an id reads as a star, for requests and for calls', () => {
  test.each([
    '0',
    '1234567890',
    '0123456789abcdef',
    'FEDCBA9876543210',
    'abcdefabcdefabcdef',
    UUID,
    UUID.toUpperCase(),
    'bob@example.com',
    'b@',
    '1,2',
    'a,b@c',
    ',',
  ])('%s', (id) => {
    expect(server(`/users/${id}`)).toBe('/users/*');
    expect(server(`/${id}/cart`)).toBe('/*/cart');
    if (id.length < 17) expect(client(`http://h/users/${id}`)).toBe('http://h/users/*');
  });

  test.each([
    'me',
    '17-18',
    '1.5',
    'v2',
    '@bob',
    '@1',
    '-',
    '1-',
    'café',
    'cafe',
    '0123456789abcde',
    ...[':', 'G', '`', 'g', '_', '-', '.', 'é'].map((mark) => `0123456789abcde${mark}`),
    UUID.slice(0, -1),
    `${UUID}0`,
    UUID.replaceAll('-', '_'),
    UUID.replace('-', '.'),
    UUID.replace('550e8400-e29b', '550e840-0e29b'),
    UUID.replace('e29b-41d4', 'e29-b41d4'),
    UUID.replaceAll('-', '').replace('446655440000', '-4-4-665-5440000'),
    `x${UUID}`,
    `0${UUID}`,
    '-'.repeat(16),
  ])('but not %s', (segment) => {
    expect(server(`/users/${segment}`)).toBe(`/users/${segment}`);
    expect(server(`/${segment}/cart`)).toBe(`/${segment}/cart`);
    if (segment.length < 17) expect(client(`http://h/users/${segment}`)).toBe(`http://h/users/${segment}`);
  });
});

describe('a request without a route', () => {
  test.each([
    ['/a/b/', '/a/b'],
    ['/a//', '/a/'],
    ['///a', '/a'],
    ['a/b', '/a/b'],
    ['?page=/a/b', '/'],
    ['/find#top', '/find'],
    ['/find/#/top', '/find/'],
    ['/a/b&c=/index', '/a/b'],
    ['/17/18/19', '/*/*'],
    ['/a.b/c', '/a.b/c'],
    ['/größe/é', '/größe/é'],
    ['https://shop/orders/7?page=2', '/orders/*'],
    ['https://shop/', '/'],
    ['https://shop', '/'],
    ['http:/shop/7', '/http:/shop'],
    ['/go/http://shop/a', '/go/http:'],
  ])('of %s is named %s', (path, name) => {
    const attributes = path.startsWith('http') ? { 'url.path': undefined, 'url.full': path } : {};
    expect(server(path, attributes)).toBe(name);
  });

  test.each(
    `index detail add edit delete deleteselect deleteall exportcsv exportexcel exportzip info setenable
     enableselect disableselect`.split(/\s+/),
  )('shows the third segment %s, in any case', (action) => {
    expect(server(`/admin/user/${action}`)).toBe(`/admin/user/${action}`);
    expect(server(`/admin/7/${action.toUpperCase()}/8`)).toBe(`/admin/*/${action.toUpperCase()}`);
    expect(server(`/admin//user//${action}?id=7`)).toBe(`/admin/user/${action}`);
    expect(server(`/admin/user/${action}#top`)).toBe(`/admin/user/${action}`);
    expect(server(`/admin/user/${action}&id=7`)).toBe(`/admin/user/${action}`);
    for (const other of [`${action}s`, `x${action}`, `${action}.1`]) {
      expect(server(`/admin/user/${other}`)).toBe('/admin/user');
    }
    expect(server(`/admin/user/other/${action}`)).toBe('/admin/user');
  });

  test.each(['enable', 'disable', 'select', 'all', 'csv', 'deletecsv', 'exportall', '7'])(
    'does not show the third segment %s',
    (segment) => {
      expect(server(`/admin/user/${segment}`)).toBe('/admin/user');
    },
  );

  test.each(
    `html htm js mjs css map png jpg jpeg gif ico webp avif woff woff2 svg ttf otf eot txt xml webmanifest`.split(
      ' ',
    ),
  )('of a file that ends with .%s is named /static', (ending) => {
    const files = [
      `/a.${ending}`,
      `/a/b/c/d.min.${ending}`,
      `/A.${ending.toUpperCase()}`,
      `/a.${ending}?v=2`,
    ];
    for (const file of files) expect(server(file)).toBe('/static');
    expect(server(`/a.${ending}`, { 'http.response.status_code': 404 })).toBe('/static');
    for (const other of [`/a.${ending}x`, `/a${ending}`, `/a/x${ending}`]) {
      expect(server(other)).toBe(other);
    }
    expect(server(`/a.${ending}/b`)).toBe(`/a.${ending}/b`);
    expect(server(`/a?file=b.${ending}`)).toBe('/a');
  });

  test('is named by its path alone, if only a part of it is looked at', () => {
    expect(server(`/a/b/${'c'.repeat(5_000)}.js`)).toBe('/a/b');
    expect(server(`/${'y'.repeat(300)}/b`)).toBe(`/${'y'.repeat(200)}/b`);
  });

  test('answered with anything but 404 keeps its name', () => {
    for (const status of [200, 403, 405, 500]) {
      expect(server('/a', { 'http.response.status_code': status })).toBe('/a');
    }
  });
});

describe('a path by itself', () => {
  test.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/orders/', '/orders/'],
    ['/orders/7/items', '/orders/*'],
    ['/admin/user/edit?id=7', '/admin/user/edit'],
  ])('%s is shown as %s', (path, shown) => {
    expect(shortPath(path)).toBe(shown);
  });
});

test.each([
  ['/a/b', 4],
  ['/a?b', 2],
  ['/a#b?c', 2],
  ['/a/&', 3],
  ['?a', 0],
  ['', 0],
])('the path with which %j begins ends at %i', (text, end) => {
  expect(endOfPath(text)).toBe(end);
});

describe('names of requests without a route are bounded:', () => {
  test('200 first segments, and further ones as a star', () => {
    const naming = new StardustNaming();
    for (let i = 0; i < 200; i++) expect(server(`/a${i}x`, {}, naming)).toBe(`/a${i}x`);
    expect(server('/more', {}, naming)).toBe('/*');
    expect(server('/further/b', {}, naming)).toBe('/*/b');
    expect(server('/a7x/b', {}, naming)).toBe('/a7x/b');
  });

  test('64 second ones below each, and further ones as a star', () => {
    const naming = new StardustNaming();
    for (let i = 0; i < 64; i++) expect(server(`/a/b${i}x`, {}, naming)).toBe(`/a/b${i}x`);
    expect(server('/a/more', {}, naming)).toBe('/a/*');
    expect(server('/a/further', {}, naming)).toBe('/a/*');
    expect(server('/a/b7x', {}, naming)).toBe('/a/b7x');
    expect(server('/a', {}, naming)).toBe('/a');
    expect(server('/c/more', {}, naming)).toBe('/c/more');
  });
});

describe('a call', () => {
  test.each([
    ['http://h#top', 'http://h'],
    ['http://h&a', 'http://h'],
    ['http://h#/a', 'http://h'],
    ['http://h/?a=/b', 'http://h'],
    ['http://h/#/b', 'http://h'],
    ['http://h/a/', 'http://h/a/'],
    ['http://h/a/b&c/d', 'http://h/a/b'],
    ['http://h/a#b', 'http://h/a'],
    ['http://h/17', 'http://h/*'],
    ['http://h/17/', 'http://h/*/'],
    ['http://h/17/18/19/a', 'http://h/*/*/*/a'],
    ['http://h/a//b', 'http://h/a//b'],
    ['http://h//', 'http://h//'],
    [`http://h/users/${UUID}/cart`, 'http://h/users/'],
    ['http://h/abcdefghijklmno/', 'http://h/abcdefghijklmno/'],
    ['http://h/a/abcdefghijklmnopq', 'http://h/a/'],
    ['http://u:p@ss@h/a', 'http://h/a'],
    ['http://u@h:8080/a', 'http://h:8080/a'],
    ['HTTP://H/A', 'http://h/A'],
    ['HTTPS://H:443/A', 'https://h/A'],
    ['HTTPS://H:80/A', 'https://h:80/A'],
    ['https://h:8443', 'https://h:8443'],
    ['http://h:443/a', 'http://h:443/a'],
    ['http://h:8080', 'http://h:8080'],
    ['http://[::1]/a', 'http://[::1]/a'],
    ['http://[::1]:80/a', 'http://[::1]/a'],
    ['ws://h/a', 'ws://h/a'],
    ['http:///a', 'http:///a'],
    ['http://:81/a', 'http://:81/a'],
    ['://h/a', '://h/a'],
  ])('of %s is named %s', (url, name) => {
    expect(client(url)).toBe(name);
  });

  test('shows as much of its path as a name may be long', () => {
    expect(client(`http://h/${'a/'.repeat(300)}`)).toBe(`http://h/${'a/'.repeat(300)}`.slice(0, 200));
    expect(client(`http://h/${'7/'.repeat(300)}`)).toBe(`http://h/${'*/'.repeat(300)}`.slice(0, 200));
  });

  test('of a path begins as that of another one which it is a part of, or has as a part', () => {
    const naming = new StardustNaming();
    const paths = ['/a/b', '/a', '/a/b/c', '/a/7', '/a/7/c', '/a/8/c/9', '', '/7', '/7/7', '/a/7'];
    expect(paths.map((path) => client(`http://h${path}`, naming))).toEqual(
      paths.map((path) => client(`http://h${path}`)),
    );
  });

  test('tells hosts and ports apart', () => {
    const naming = new StardustNaming();
    const urls = ['http://h/a', 'https://h/a', 'http://h:81/a', 'http://g/a', 'http://g:81/a', 'http://h/a'];
    expect(urls.map((url) => client(url, naming))).toEqual(urls);
  });
});

describe('names of calls are bounded:', () => {
  test('64 of each host and port, whoever asks and in whatever case', () => {
    const naming = new StardustNaming();
    for (let i = 0; i < 64; i++) client(`http://${i % 2 === 0 ? 'h' : `u${i}:p@H`}/a${i}x`, naming);
    expect(client('http://h/more', naming)).toBe('http://h');
    expect(client('http://h/7', naming)).toBe('http://h');
    expect(client('http://h:81/more', naming)).toBe('http://h:81/more');
    expect(client('https://h/more', naming)).toBe('https://h/more');
    expect(client('http://h/a63x', naming)).toBe('http://h/a63x');
  });

  test('those that differ in what no name shows are one', () => {
    for (const long of ['a/'.repeat(120), '7/'.repeat(240)]) {
      const naming = new StardustNaming();
      for (let i = 0; i < 100; i++) client(`http://h/${long}b${i}x`, naming);
      expect(client('http://h/more', naming)).toBe('http://h/more');
    }
  });

  test.each(['h', '[::]', '[::1]'])('16 ports of the host %s, and further ones as a star', (host) => {
    const naming = new StardustNaming();
    for (let port = 9_000; port < 9_016; port++)
      expect(client(`http://${host}:${port}/a`, naming)).toBe(`http://${host}:${port}/a`);
    expect(client(`http://${host}:9016/a`, naming)).toBe(`http://${host}:*/a`);
    expect(client(`http://${host}:9017/b`, naming)).toBe(`http://${host}:*/b`);
    expect(client(`http://${host}:9000/b`, naming)).toBe(`http://${host}:9000/b`);
    expect(client(`http://${host}/b`, naming)).toBe(`http://${host}/b`);
    expect(client('http://g:9017/b', naming)).toBe('http://g:9017/b');
  });

  test('500 hosts, and further ones as a star without their ports', () => {
    const naming = new StardustNaming();
    for (let i = 0; i < 500; i++) expect(client(`http://h${i}/a`, naming)).toBe(`http://h${i}/a`);
    expect(client('http://more/a', naming)).toBe('http://*/a');
    expect(client('https://more:81/b', naming)).toBe('https://*/b');
    expect(client('http://h7/b', naming)).toBe('http://h7/b');
    const byHost = (host: string) =>
      stardustName({ kind: 2, attributes: { 'http.method': 'GET', 'server.address': host } }, naming);
    expect(byHost('further')).toBe('http://*');
    expect(byHost('h8')).toBe('http://h8');
  });
});
