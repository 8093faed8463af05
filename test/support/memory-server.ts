import type { Transport } from '../../src/transport/transport.ts';
import type { TransportRequest, TransportResult } from '../../src/wire/call.ts';

type Result = TransportResult | Promise<TransportResult>;

/** A call as a server got it. */
export interface Call {
  readonly method: string;
  /** The path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** Its JSON; `undefined` of what is gzipped, or of nothing. */
  readonly body: Record<string, unknown> | undefined;
}

/** A server in memory, and the transport to it: each call is answered by its path. */
export class MemoryServer implements Transport {
  readonly server: string;
  readonly calls: Call[] = [];
  isClosed = false;
  readonly #answers = new Map<string, (call: Call) => Result>();

  /** Takes everything, and hands out `t1`, `t2` and so on as tokens. */
  constructor(server = 'http://one') {
    this.server = server;
    this.takeAll();
  }

  takeAll(): void {
    let logins = 0;
    for (const path of ['/App/Ping', '/App/Logout', '/Trace/Report', '/Trace/ReportRaw'])
      this.answer(path, taken({}));
    this.answerBy('/App/Login', () => taken({ token: `t${++logins}` }));
  }

  /** Calls of this path are answered so from now on: one after the other, and by the last one from then on. */
  answer(path: string, ...results: Result[]): void {
    const [last] = results.slice(-1);
    const left = [...results];
    this.answerBy(path, () => left.shift() ?? last ?? AWAY);
  }

  answerBy(path: string, answer: (call: Call) => Result): void {
    this.#answers.set(path, answer);
  }

  /** Calls of all paths are answered so from now on. */
  answerAll(result: Result): void {
    for (const path of this.#answers.keys()) this.answer(path, result);
  }

  /** The calls of this path so far. */
  of(path: string): Call[] {
    return this.calls.filter((call) => call.path === path);
  }

  async send({ method, path, headers, body }: TransportRequest): Promise<TransportResult> {
    const url = new URL(path, this.server);
    const isPlain = body !== undefined && headers?.['content-type'] === 'application/json';
    const call: Call = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: headers ?? {},
      body: isPlain ? (JSON.parse(String(body)) as Record<string, unknown>) : undefined,
    };
    this.calls.push(call);
    return (await this.#answers.get(call.path)?.(call)) ?? AWAY;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Success with this data. */
export function taken(data: Readonly<Record<string, unknown>>): TransportResult {
  return { kind: 'answered', status: 200, body: JSON.stringify({ code: 0, data }) };
}

/** A verdict of the server's other than success. */
export function verdict(code: number, message: string): TransportResult {
  return { kind: 'answered', status: 200, body: JSON.stringify({ code, message }) };
}

/** The server could not read the body. */
export const UNREAD: TransportResult = { kind: 'answered', status: 200, body: '{"code":0,"data":null}' };

/** What something in between answers. */
export function page(status: number): TransportResult {
  return { kind: 'answered', status, body: '<html></html>' };
}

/** No connection. */
export const AWAY: TransportResult = { kind: 'unreachable', sent: false, reason: 'ECONNREFUSED' };

/** The connection broke off behind the request. */
export const CUT: TransportResult = { kind: 'unreachable', sent: true, reason: 'ECONNRESET' };

/** A result that comes when the test says so. */
export function later(): { readonly result: Promise<TransportResult>; come(result: TransportResult): void } {
  let come: (result: TransportResult) => void = () => {};
  const result = new Promise<TransportResult>((resolve) => {
    come = resolve;
  });
  return { result, come: (each) => come(each) };
}
