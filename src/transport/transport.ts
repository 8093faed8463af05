import type { TransportResult } from '../wire/answer.ts';

/** One call of a server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query behind the server's address, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends bytes to one server and brings back what came of it; never rejects. */
export interface Transport {
  /** The server's address, as shown to people. */
  readonly server: string;
  send(request: TransportRequest): Promise<TransportResult>;
  /** Destroys all sockets; calls under way end as unreachable. */
  close(): void;
}
