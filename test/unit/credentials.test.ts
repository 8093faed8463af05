import { mkdirSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { startLogHour } from '../../src/runtime/log.ts';
import { Credentials, secured } from '../../src/transport/credentials.ts';
import { PemFile } from '../../src/transport/pem-file.ts';
import type { Connector } from '../../src/transport/sockets.ts';
import { Authority } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { logLines } from '../support/logged.ts';

const authority = new Authority();
const ca = authority.cert;
const pair = authority.issue();
const renewed = authority.issue({ ownKey: true });

// Twenty lines are logged an hour.
beforeEach(() => startLogHour(0));

describe('a file', () => {
  /** A file of which only what begins with "good" can be used. */
  const fileAt = (path: string) => new PemFile('STARDUST_CA', path, (text) => text.startsWith('good'));
  const line = (path: string, reason: string, instead: string) =>
    `warn STARDUST_CA: ${path} cannot be used (${reason}); ${instead}`;

  test('is read again when it changes', async () => {
    const files = folder();
    const file = fileAt(files.write('ca.pem', 'good 1'));
    const texts = [await file.read(), await file.read()];
    files.write('ca.pem', 'good, and longer');
    texts.push(await file.read());
    expect(texts).toEqual(['good 1', 'good 1', 'good, and longer']);
  });

  test('is not read again while it is the same', async () => {
    const isValid = vi.fn(() => true);
    const file = new PemFile('STARDUST_CA', folder().write('ca.pem', 'good'), isValid);
    for (let i = 0; i < 3; i++) await file.read();
    expect(isValid).toHaveBeenCalledTimes(1);
  });

  test('of the same size is read again by its time', async () => {
    const files = folder();
    const path = files.write('ca.pem', 'good 1');
    const file = fileAt(path);
    utimesSync(path, 1_000, 1_000);
    await file.read();
    files.write('ca.pem', 'good 2');
    utimesSync(path, 2_000, 2_000);
    expect(await file.read()).toBe('good 2');
  });

  test('that is missing is logged once, and counts as not set until it is there', async () => {
    const lines = logLines();
    const files = folder();
    const path = files.path('ca.pem');
    const file = fileAt(path);
    expect([await file.read(), await file.read()]).toEqual([undefined, undefined]);
    expect(lines).toEqual([line(path, 'ENOENT', 'it counts as not set')]);
    files.write('ca.pem', 'good');
    expect(await file.read()).toBe('good');
    rmSync(path);
    expect([await file.read(), await file.read()]).toEqual(['good', 'good']);
    expect(lines.slice(1)).toEqual([line(path, 'ENOENT', 'what it held before is used')]);
  });

  test('that holds nothing of its kind leaves what it held before, and is looked at again', async () => {
    const lines = logLines();
    const files = folder();
    const path = files.write('ca.pem', 'bad');
    const file = fileAt(path);
    expect(await file.read()).toBeUndefined();
    files.write('ca.pem', 'good');
    expect(await file.read()).toBe('good');
    files.write('ca.pem', 'bad again');
    expect([await file.read(), await file.read()]).toEqual(['good', 'good']);
    expect(lines).toEqual([
      line(path, 'holds no PEM of this kind', 'it counts as not set'),
      line(path, 'holds no PEM of this kind', 'what it held before is used'),
    ]);
  });

  const MIB = 1024 * 1024;
  test.each<[string, (path: string) => void, string | undefined]>([
    ['of 4 MiB', (path) => truncateSync(path, 4 * MIB), undefined],
    ['of more', (path) => truncateSync(path, 4 * MIB + 1), 'no file of at most 4 MiB'],
    [
      'that is a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
      'no file of at most 4 MiB',
    ],
  ])('%s is used: %#', async (_, make, reason) => {
    const lines = logLines();
    const path = folder().write('ca.pem', 'good');
    make(path);
    const text = await fileAt(path).read();
    expect(text?.slice(0, 4)).toBe(reason === undefined ? 'good' : undefined);
    expect(lines).toEqual(reason === undefined ? [] : [line(path, reason, 'it counts as not set')]);
  });
});

describe('the credentials of a connection', () => {
  test('are those of Node if nothing is set', async () => {
    const lines = logLines();
    expect(await new Credentials({}).context()).toBeUndefined();
    expect(lines).toEqual([]);
  });

  test.each([
    ['a certificate without its key', { cert: { pem: pair.cert } }],
    ['a key without its certificate', { key: { pem: pair.key } }],
  ])('are those of Node with %s', async (_, sources) => {
    expect(await new Credentials(sources).context()).toBeUndefined();
  });

  test.each([
    ['authorities', { ca: { pem: ca } }],
    ['a certificate and its key', { cert: { pem: pair.cert }, key: { pem: pair.key } }],
    ['all', { ca: { pem: ca }, cert: { pem: pair.cert }, key: { pem: pair.key } }],
  ])('are the same object while %s are the same', async (_, sources) => {
    const credentials = new Credentials(sources);
    const first = await credentials.context();
    expect(first).toBeDefined();
    expect(await credentials.context()).toBe(first);
  });

  test('are refused if they were never of use', async () => {
    const lines = logLines();
    const credentials = new Credentials({ cert: { pem: pair.cert }, key: { pem: renewed.key } });
    for (let i = 0; i < 2; i++) await expect(credentials.context()).rejects.toThrow(/mismatch/);
    expect(lines).toEqual([]);
  });

  test('stay those before while certificate and key are replaced one after the other, which is logged once', async () => {
    const lines = logLines();
    const files = folder();
    const credentials = new Credentials({
      cert: { file: files.write('cert.pem', pair.cert) },
      key: { file: files.write('key.pem', pair.key) },
    });
    const first = await credentials.context();
    // Each is longer than the one before: two files of one size may have one time.
    files.write('cert.pem', `${renewed.cert}\n`);
    expect([await credentials.context(), await credentials.context()]).toEqual([first, first]);
    files.write('key.pem', `${renewed.key}\n`);
    const second = await credentials.context();
    expect(second).not.toBe(first);
    files.write('cert.pem', `${pair.cert}\n\n`);
    expect(await credentials.context()).toBe(second);
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^warn the new certificates cannot be used \(.+\); those before are$/);
  });

  test.each([
    ['STARDUST_CA', 'ca', pair.key],
    ['STARDUST_CERT', 'cert', pair.key],
    ['STARDUST_KEY', 'key', pair.cert],
  ])('are not those of a file of %s that holds the other kind', async (variable, source, content) => {
    const lines = logLines();
    const path = folder().write('x.pem', content);
    expect(await new Credentials({ [source]: { file: path } }).context()).toBeUndefined();
    expect(lines).toEqual([
      `warn ${variable}: ${path} cannot be used (holds no PEM of this kind); it counts as not set`,
    ]);
  });
});

describe('a connector with credentials', () => {
  const OPTIONS = { hostname: 'stardust.example' } as buildConnector.Options;
  const connect = (connector: Connector) =>
    new Promise<Error | null>((resolve) => connector(OPTIONS, (...[error]) => resolve(error)));

  test('is made anew when these change, so that no session of the old is resumed', async () => {
    const files = folder();
    const credentials = new Credentials({ ca: { file: files.write('ca.pem', ca) } });
    const contexts: (SecureContext | undefined)[] = [];
    const asked: object[] = [];
    const connector = secured(credentials, (context) => {
      contexts.push(context);
      return (options, callback) => {
        asked.push(options);
        callback(new Error(`connector ${contexts.length}`), null);
      };
    });
    const made = [await connect(connector), await connect(connector)];
    files.write('ca.pem', `${ca}${ca}`);
    made.push(await connect(connector));
    expect(made.map(String)).toEqual(['Error: connector 1', 'Error: connector 1', 'Error: connector 2']);
    expect(contexts[0]).not.toBe(contexts[1]);
    expect(contexts[1]).toBe(await credentials.context());
    expect(asked).toEqual([OPTIONS, OPTIONS, OPTIONS]);
  });

  test('is made once for those of Node', async () => {
    const made = vi.fn<(context: SecureContext | undefined) => Connector>(() => (_, callback) => {
      callback(new Error('made'), null);
    });
    const connector = secured(new Credentials({}), made);
    for (let i = 0; i < 2; i++) expect(String(await connect(connector))).toBe('Error: made');
    expect(made.mock.calls).toEqual([[undefined]]);
  });

  test('fails each connection while they are of no use', async () => {
    const made = vi.fn<() => Connector>();
    const credentials = new Credentials({ cert: { pem: pair.cert }, key: { pem: renewed.key } });
    const connector = secured(credentials, made);
    for (let i = 0; i < 2; i++) expect(await connect(connector)).toBeInstanceOf(Error);
    expect(made).not.toHaveBeenCalled();
  });
});
