/** One call, its body read to the end. */
export interface Call {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  /** The path in lower case and without a trailing slash, for looking up the handler. */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CallBody;
}

/** The body of a call. `unpacked` is set if it was sent in the form that the server unpacks. */
export type CallBody =
  | { readonly kind: 'read'; readonly bytes: Buffer; readonly unpacked?: Unpacked }
  | { readonly kind: 'too-large'; readonly size: number };

export type Unpacked =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fault'; readonly message: string };

/** The token of a call: from the query, else from `Authorization`, else from `X-Token`. */
export function tokenOf(call: Call): string {
  const bearer = /^bearer (.*)$/i.exec(call.headers.authorization ?? '')?.[1] ?? '';
  return parameterOf(call.query, 'token') || bearer || (call.headers['x-token'] ?? '');
}

/** Whether a body is declared as JSON, with or without parameters. */
export function isDeclaredJson(call: Call): boolean {
  return /^(?:application|text)\/(?:[\w.-]+\+)?json *(?:;|$)/i.test(call.headers['content-type'] ?? '');
}

function parameterOf(query: URLSearchParams, name: string): string {
  for (const [key, value] of query) {
    if (key.toLowerCase() === name) return value;
  }
  return '';
}
