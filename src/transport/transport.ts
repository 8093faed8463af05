import type { TransportRequest, TransportResult } from '../wire/call.ts';

/** Sends bytes to one server and brings back what came of it; never rejects. */
export interface Transport {
  /** The server's address, as shown to people. */
  readonly server: string;
  send(request: TransportRequest): Promise<TransportResult>;
  /** Destroys all sockets; calls under way end as unreachable. */
  close(): void;
}
