import { afterEach, describe, expect, test, vi } from 'vitest';
import type { StardustSpanProcessor } from '../../src/index.ts';
import { Authority } from '../support/certificates.ts';
import { devServer, fakeTime, logLines, pass, processorFor, received } from '../support/harness.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { makeSpan } from '../support/make-span.ts';
import { tlsFront } from '../support/tls-front.ts';

const authority = new Authority();
const ca = authority.cert;
const forServer = authority.issue();

afterEach(() => {
  vi.unstubAllEnvs();
});

async function flushOne(processor: StardustSpanProcessor): Promise<void> {
  processor.onEnd(makeSpan({ name: 'op' }));
  await processor.forceFlush();
}

test('it works', async () => {
  const lines = logLines();
  const proxy = await httpProxy({ user: 'root:s3cr et@' });
  const server = await devServer();
  const front = await tlsFront(server.port, forServer);
  vi.stubEnv('https_proxy', proxy.url.replace('//', '//root:s3cr%20et%40@'));
  vi.stubEnv('http_proxy', proxy.url.replace('//', '//root:s3cr%20et%40@'));
  const a = processorFor(front, { ca, appId: 'a' });
  await flushOne(a);
  console.log(proxy.asked, a.stats().delivered, a.stats().lastError);
  const b = processorFor(server, { appId: 'b' });
  await flushOne(b);
  console.log(proxy.asked, b.stats().delivered, b.stats().lastError);
  for (const status of [407, 502, 200]) {
    proxy.refuse({ status, body: '<html>' });
    front.disconnect();
    await flushOne(a);
    await flushOne(a);
    await flushOne(b);
    console.log(a.stats().lastError, b.stats().lastError, a.stats().reports, b.stats().reports);
  }
  proxy.refuse(undefined);
  await flushOne(a);
  await flushOne(b);
    console.log(a.stats().waiting, b.stats().waiting);
  await proxy.leave();
  await flushOne(a);
  await flushOne(b);
    console.log(a.stats().lastError, b.stats().lastError, a.stats().reports, b.stats().reports);
  await proxy.comeBack();
  await flushOne(a);
  await flushOne(b);
    console.log(a.stats().waiting, b.stats().waiting);
  console.log(proxy.asked.length);
  console.log(lines.map(x=>x.slice(-300)));
});
