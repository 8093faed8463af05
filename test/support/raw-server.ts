import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A server that takes everything and keeps each report's bytes as they were, before anything parsed them. */
export interface RawServer {
  readonly url: string;
  readonly reports: Uint8Array[];
  close(): Promise<void>;
}

export async function rawServer(limits: Record<string, unknown> = {}): Promise<RawServer> {
  const reports: Uint8Array[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = request.url?.split('?', 1)[0];
      if (path === '/Trace/Report') reports.push(body);
      if (path === '/Trace/ReportRaw') reports.push(gunzipSync(body));
      const data = path === '/App/Login' ? { token: 'a.b.c', expire: 7_200 } : limits;
      response.end(JSON.stringify({ code: 0, data }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reports,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
