import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { devServer, exporterFor, processorFor, received } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function httpServer(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer({}, answer as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a report', () => {
  test('up to 1,024 bytes of JSON goes plain, a larger one gzipped under exactly application/x-gzip', async () => {
    const server = await devServer();
    const exporter = exporterFor(server);
    exporter.count(makeSpan({ name: 'small' }));
    await exporter.forceFlush();
    for (let i = 0; i < 20; i++) exporter.count(makeSpan({ name: `large ${i}` }));
    await exporter.forceFlush();
    const sent = server.requests().filter((request) => request.path.startsWith('/Trace'));
    for (const { path, headers, body } of sent) {
      const large = JSON.stringify(body).length > 1_024;
      expect(path).toBe(large ? '/Trace/ReportRaw' : '/Trace/Report');
      expect(headers['content-type']).toBe(large ? 'application/x-gzip' : 'application/json');
    }
    expect(new Set(sent.map(({ path }) => path)).size).toBe(2);
    expect(exporter.stats()).toMatchObject({ delivered: 21 });
  });

  test('goes below the path of an address behind a gateway', async () => {
    const server = await devServer();
    const gateway = await httpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const path = request.url?.replace(/^\/apm\/stardust/, '') ?? '';
        const body = Buffer.concat(chunks);
        const type = request.headers['content-type'] ?? '';
        const init = {
          method: request.method ?? '',
          ...(body.length > 0 && { body, headers: { 'content-type': type } }),
        };
        response.end(await (await fetch(server.url + path, init)).text());
      });
    });
    const exporter = exporterFor({ url: `${gateway}/apm/stardust/` });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(1);
  });

  test('carries the headers of the user, asked for each call; a function that fails costs only them', async () => {
    const server = await devServer();
    let asked = 0;
    const exporter = exporterFor(server, {
      headers: async () => {
        asked++;
        if (asked === 3) throw new Error('no');
        return { 'x-asked': String(asked) };
      },
    });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(1);
    expect(
      server
        .requests()
        .map(({ headers }) => headers['x-asked'])
        .slice(0, 4),
    ).toEqual(['1', '2', undefined, '4']);
  });
});

describe('an answer', () => {
  test('over 1 MiB is refused, and the counts wait', async () => {
    const server = await devServer();
    const mend = server.fault({
      path: '/Trace',
      kind: 'answer',
      body: `{"code":0,"data":{"x":"${'y'.repeat(1 << 20)}"}}`,
    });
    const exporter = exporterFor(server);
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ waiting: 1, delivered: 0 });
    mend();
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ waiting: 0, delivered: 1 });
  });

  test('that redirects is not followed', async () => {
    let followed = 0;
    const target = await httpServer((_, response) => {
      followed++;
      response.end('{"code":0,"data":{"token":"a.b.c"}}');
    });
    const server = await devServer();
    server.fault({ kind: 'status', status: 307, headers: { location: target } });
    const exporter = exporterFor(server);
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(followed).toBe(0);
    expect(exporter.stats()).toMatchObject({ waiting: 1, session: 'away' });
  });

  test.each([
    ['HTML', 200, '<html></html>'],
    ['nothing', 204, ''],
    ['half JSON', 200, '{"code":0,'],
    ['deep nesting', 200, `{"code":0,"data":${'['.repeat(100_000)}`],
    ['a busy server', 429, ''],
    ['a bad gateway', 502, 'Bad Gateway'],
  ])('of %s keeps the counts for later', async (_, status, body) => {
    const server = await devServer();
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    const mend = server.fault({ path: '/Trace', kind: 'status', status, body });
    exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    expect(exporter.stats()).toMatchObject({ waiting: 1, reports: { unclear: 0 } });
    mend();
    await exporter.forceFlush();
    expect(received(server, 'op').total).toBe(1);
  });

  test('with limits of the wrong type or out of range leaves those in force', async () => {
    const server = await devServer();
    const data = {
      period: 0,
      maxSamples: -1,
      maxErrors: '7',
      timeout: null,
      maxTagLength: 1e308,
      excludes: 'op',
    };
    server.fault({ path: '/Trace', kind: 'answer', body: JSON.stringify({ code: 0, data }) });
    const exporter = exporterFor(server);
    await exporter.forceFlush();
    for (let i = 0; i < 30; i++) exporter.count(makeSpan({ name: 'op', error: i > 9 && 'boom' }));
    await exporter.forceFlush();
    expect(received(server, 'op').samples).toHaveLength(1);
    expect(received(server, 'op').errorSamples).toHaveLength(10);
  });
});

test('a call that is never answered ends at requestTimeoutMillis and is unclear', async () => {
  const server = await devServer();
  const processor = processorFor(server, { requestTimeoutMillis: 200 });
  await processor.forceFlush();
  server.fault({ path: '/Trace', kind: 'hang' });
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
  await processor.forceFlush();
  expect(processor.stats().session).toBe('away');
  expect(processor.stats().waiting).toBe(1);
});
