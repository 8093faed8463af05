import { DiagLogLevel } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { StardustExporter } from '../../src/index.ts';
import { Authority, type Issued } from '../support/certificates.ts';
import { folder } from '../support/folders.ts';
import { devServer, logLines, processorFor } from '../support/harness.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { makeSpan } from '../support/make-span.ts';
import { tlsFront } from '../support/tls-front.ts';

const authority = new Authority();
const client = authority.issue({ name: 'client' });
const USER = 'root:pro-xy-pass';
const SECRET = 'se-cr-et';
const HEADER = 'he-ad-er';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What must be found nowhere: the secrets as they are, coded as they travel, and any line of PEM. */
function unspeakable(tokens: readonly string[], ...issued: readonly Issued[]): string[] {
  const pem = issued.flatMap(({ cert, key }) => `${cert}${key}`.split(/\r?\n/));
  const lines = pem.filter((line) => line.length > 20 && !line.includes('-----'));
  const basic = Buffer.from(USER).toString('base64');
  return [SECRET, HEADER, 'pro-xy-pass', basic, 'PRIVATE KEY', '-----', ...tokens, ...lines];
}

test('no secret, token, proxy password or PEM is in any line or in stats(), whatever goes wrong', {
  timeout: 30_000,
}, async () => {
  const lines = logLines(DiagLogLevel.ALL);
  const files = folder();
  const server = await devServer();
  const proxy = await httpProxy({ user: USER });
  const front = await tlsFront(server.port, { ...authority.issue(), ca: authority.cert, requestCert: true });
  vi.stubEnv('HTTPS_PROXY', proxy.url.replace('//', `//${USER}@`));
  vi.stubEnv('STARDUST_CA', files.write('ca.pem', authority.cert));
  vi.stubEnv('STARDUST_CERT', files.write('cert.pem', client.cert));
  vi.stubEnv('STARDUST_KEY', files.write('key.pem', client.key));
  const said: string[] = [];
  const processor = processorFor(front, { secret: SECRET, headers: { 'x-header': HEADER } });
  const step = async (change: () => unknown) => {
    await change();
    front.disconnect();
    for (let i = 0; i < 2; i++) {
      processor.onEnd(makeSpan({ name: 'op' }));
      await processor.forceFlush();
      said.push(JSON.stringify(processor.stats()));
    }
  };
  await step(() => {});
  expect(processor.stats().delivered).toBe(2);
  await step(() => proxy.refuse({ status: 407, body: USER }));
  await step(() => proxy.refuse({ status: 502, body: `<html>${client.key}</html>` }));
  await step(() => proxy.refuse({ status: 200, body: client.key }));
  await step(() => proxy.refuse('hang up'));
  await step(() => proxy.leave());
  await step(() => proxy.comeBack());
  await step(() => proxy.refuse(undefined));
  await step(() => files.write('key.pem', authority.issue({ ownKey: true }).key));
  await step(() => files.write('cert.pem', client.cert.slice(0, 300)));
  await step(() => files.write('ca.pem', client.key));
  await step(() => files.write('ca.pem', new Authority('other').cert));
  await step(() => front.show(authority.issue({ days: -1 })));
  await processor.shutdown();
  said.push(...lines, JSON.stringify(processor.stats()));

  const tokens = server.requests().flatMap(({ query }) => query.Token ?? []);
  expect(tokens.length).toBeGreaterThan(0);
  expect(said.length).toBeGreaterThan(30);
  const text = said.join('\n');
  expect(
    unspeakable(tokens, client, { cert: authority.cert, key: '' }).filter((it) => text.includes(it)),
  ).toEqual([]);
});

test('no secret, proxy password or PEM is in an error of bad options, or in a line about bad variables', async () => {
  const lines = logLines(DiagLogLevel.ALL);
  const said: string[] = [];
  const { cert, key } = client;
  const cut = key.slice(0, 600);
  for (const options of [
    { secret: [SECRET] },
    { headers: { 'bad name': HEADER } },
    { ca: cut },
    { ca: key, cert: [cert, key], key: cert },
    { cert: cut, key: [key] },
    { cert },
    { cert, key: authority.issue({ ownKey: true }).key },
    { server: `https://${USER}@host` },
  ]) {
    const build = () => new StardustExporter(options as object);
    expect(build).toThrow(TypeError);
    try {
      build();
    } catch (error) {
      said.push(String(error), JSON.stringify(error), String((error as Error).stack));
    }
  }
  vi.stubEnv('HTTPS_PROXY', `socks5://${USER}@proxy`);
  vi.stubEnv('STARDUST_CERT', folder().write('cert.pem', cert));
  const processor = processorFor(
    { url: 'https://127.0.0.1:1' },
    // A value where the name of a key belongs.
    { secret: SECRET, redact: [`password=${HEADER}${HEADER}`] },
  );
  await processor.forceFlush();
  said.push(...lines, JSON.stringify(processor.stats()));
  expect(lines.some((line) => line.includes('HTTPS_PROXY'))).toBe(true);
  const text = said.join('\n');
  expect(unspeakable([], client).filter((it) => text.includes(it))).toEqual([]);
});
