import { connect, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { DevServer } from '../../src/dev/index.ts';
import { devServer, exporterFor } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';

/** A way to a server on which each answer to a report with counts ends after this many bytes; without `at`, none does. */
async function cuttingProxy(port: number, cut: { at?: number }): Promise<string> {
  const proxy: Server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    let isReport = false;
    let left = 0;
    socket.on('data', (chunk) => {
      if (/^POST \/Trace\/Report/.test(chunk.toString('latin1'))) {
        isReport = /"Total":[1-9]/.test(chunk.toString('latin1'));
        left = cut.at ?? Number.POSITIVE_INFINITY;
      } else if (/^(GET|POST) /.test(chunk.toString('latin1'))) isReport = false;
      onward.write(chunk);
    });
    onward.on('data', (chunk) => {
      const piece = isReport ? chunk.subarray(0, left) : chunk;
      left -= piece.length;
      socket.write(piece);
      if (piece.length < chunk.length) socket.destroy();
    });
    for (const end of [socket, onward]) {
      end.on('error', () => {});
      end.on('close', () => {
        socket.destroy();
        onward.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  return `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
}

function total(server: DevServer): number {
  return server.app('app')?.names.find(({ name }) => name === 'op')?.total ?? 0;
}

test.each([0, 1, 40, 200, 320])(
  'an answer that is cut off after %i bytes counts nothing twice that is not told',
  async (at) => {
    const server = await devServer();
    const cut: { at?: number } = {};
    const url = await cuttingProxy(server.port, cut);
    const exporter = exporterFor({ url }, { naming: 'span' });
    await exporter.forceFlush();
    cut.at = at;
    for (let i = 0; i < 7; i++) exporter.count(makeSpan({ name: 'op' }));
    await exporter.forceFlush();
    delete cut.at;
    for (let i = 0; i < 3; i++) await exporter.forceFlush();
    const { delivered, waiting, resentSpans } = exporter.stats();
    expect({ delivered, waiting, arrived: total(server) }).toEqual({
      delivered: 7,
      waiting: 0,
      arrived: 7 + resentSpans,
    });
  },
);
