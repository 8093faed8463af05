/** One call of a server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query behind the server's address, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}
