/** One call of a server. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query behind the server's address, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a transport brings back from one call. */
export type TransportResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      /** Where a redirect leads. */
      readonly location?: string | undefined;
    }
  /** `sent` tells whether any byte of the request may have reached the server. */
  | { readonly kind: 'unreachable'; readonly sent: boolean; readonly reason: string };
