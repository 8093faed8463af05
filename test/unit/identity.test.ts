import { expect, test } from 'vitest';
import { resolveSettings } from '../../src/config/resolve.ts';
import type { StardustOptions } from '../../src/index.ts';
import { identityOf } from '../../src/session/identity.ts';

type Attributes = Readonly<Record<string, string>>;

const identity = (options: StardustOptions, env: Attributes = {}, resource?: Attributes) =>
  identityOf(resolveSettings(options, env).settings, env, resource);

const attributes = (text: string) => ({ OTEL_RESOURCE_ATTRIBUTES: text });

test.each<[string, string, StardustOptions, Attributes, Attributes]>([
  ['the option', 'a', { appId: 'a' }, { STARDUST_APP_ID: 'b' }, {}],
  ['its variable', 'b', {}, { STARDUST_APP_ID: 'b', OTEL_SERVICE_NAME: 'c' }, {}],
  ['the variable of OpenTelemetry', 'c', {}, { OTEL_SERVICE_NAME: 'c', ...attributes('service.name=d') }, {}],
  ['the declared attributes', 'd', {}, attributes('x=1,service.name=d'), { 'service.name': 'e' }],
  ['these with what is percent-encoded', 'd e=f', {}, attributes(' service.name = d%20e=f '), {}],
  ['these also with a = in it', 'd=e', {}, attributes('service.name=d=e'), {}],
  [
    'the resource, where these hold a key alone',
    'e',
    {},
    attributes('service.name'),
    { 'service.name': 'e' },
  ],
  ['the resource', 'e', {}, {}, { 'service.name': 'e' }],
  ['the resource, where a variable is blank', 'e', {}, { OTEL_SERVICE_NAME: '  ' }, { 'service.name': 'e' }],
  [
    'the resource, where a variable names none',
    'e',
    {},
    { OTEL_SERVICE_NAME: 'unknown_service:node' },
    { 'service.name': 'e' },
  ],
])('the app is named by %s: %s', (_, appId, options, env, resource) => {
  expect(identity(options, env, resource)?.appId).toBe(appId);
});

test.each([{}, { 'service.name': 'unknown_service:node' }, { 'service.name': ' ' }])(
  'a resource of %j names none',
  (resource) => {
    expect(identity({}, {}, resource)).toBeUndefined();
  },
);

test('the display name is the option, else what the service is called, else the id', () => {
  expect(identity({ appId: 'a', appName: 'Shop' }, { OTEL_SERVICE_NAME: 'c' })?.appName).toBe('Shop');
  expect(identity({ appId: 'a' }, { OTEL_SERVICE_NAME: 'c' })?.appName).toBe('c');
  expect(identity({ appId: 'a' })?.appName).toBe('a');
});

test('the version is the option, else declared, else of the resource, else 1.0.0', () => {
  const resource = { 'service.version': '4.0' };
  const env = attributes('service.version= 3.0 ');
  expect(identity({ appId: 'a', version: '2.0' }, env, resource)?.version).toBe('2.0');
  expect(identity({ appId: 'a' }, env, resource)?.version).toBe('3.0');
  expect(identity({ appId: 'a' }, {}, resource)?.version).toBe('4.0');
  for (const none of ['service.version=', 'service.version'])
    expect(identity({ appId: 'a' }, attributes(none), resource)?.version).toBe('4.0');
  expect(identity({ appId: 'a' })?.version).toBe('1.0.0');
});

test('of an instance that is named at length the last 50 characters are kept, where names of pods differ', () => {
  expect(identity({ appId: 'a', clientId: `${'x'.repeat(60)}@pod-7` })?.clientId).toBe(
    `${'x'.repeat(44)}@pod-7`,
  );
  expect(identity({ appId: 'a', clientId: `${'x'.repeat(49)}😀${'y'.repeat(49)}` })?.clientId).toBe(
    'y'.repeat(49),
  );
});

test('an instance that is not named is told apart by its process', () => {
  expect(identity({ appId: 'a' })?.clientId).toMatch(new RegExp(`(^|@)${process.pid}(-\\d+)?$`));
});
