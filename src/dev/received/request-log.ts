import type { Answer } from '../protocol/answers.ts';
import type { Call } from '../protocol/call.ts';

/** One call that was received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if the body is JSON, plain or packed with gzip; else its text. */
  readonly body: unknown;
  /** Size of the body as sent. */
  readonly bytes: number;
  /** Unix milliseconds of this machine's clock. */
  readonly atMs: number;
  /** `undefined` while the call has no answer. */
  readonly answerStatus: number | undefined;
  /** The `code` of the answer, if it has one. */
  readonly answerCode: number | undefined;
}

const MAX_REQUESTS = 10_000;
/** All bodies, paths, queries and headers together, in UTF-16 units. */
const MAX_UNITS = 64 * 1024 * 1024;

/** A call in the log, numbered from the start of the server. */
export interface LoggedRequest extends ReceivedRequest {
  readonly number: number;
  answerStatus: number | undefined;
  answerCode: number | undefined;
}

/** The last 10,000 calls, newest last; fewer if their bodies are large. */
export class RequestLog {
  #entries: { readonly request: LoggedRequest; readonly units: number }[] = [];
  #units = 0;
  #logged = 0;

  add(call: Call): LoggedRequest {
    const text = textOf(call);
    this.#logged += 1;
    const request = loggedRequest(this.#logged, call, text);
    const units = text.length + unitsOfHead(call);
    this.#entries.push({ request, units });
    this.#units += units;
    while (this.#entries.length > MAX_REQUESTS || this.#units > MAX_UNITS) {
      this.#units -= this.#entries.shift()?.units ?? 0;
    }
    return request;
  }

  all(): LoggedRequest[] {
    return this.#entries.map(({ request }) => request);
  }

  /** Newest last. */
  last(count: number): LoggedRequest[] {
    return this.#entries.slice(-count).map(({ request }) => request);
  }

  find(number: number): LoggedRequest | undefined {
    return this.#entries.find(({ request }) => request.number === number)?.request;
  }

  clear(): void {
    this.#entries = [];
    this.#units = 0;
  }
}

/** Records how a call was answered. */
export function noteAnswer(request: LoggedRequest, answer: Answer): void {
  const body = parsed(answer.body);
  request.answerStatus = answer.status;
  if (typeof body !== 'object' || body === null || !('code' in body)) return;
  request.answerCode = typeof body.code === 'number' ? body.code : undefined;
}

function loggedRequest(number: number, call: Call, body: string): LoggedRequest {
  let text: string | undefined = body;
  let value: unknown;
  return {
    number,
    method: call.method,
    path: call.path,
    query: Object.fromEntries(call.query),
    headers: call.headers,
    // Most bodies are never looked at, so each is parsed on first access.
    get body() {
      if (text !== undefined) value = parsed(text);
      text = undefined;
      return value;
    },
    bytes: call.body.kind === 'read' ? call.body.bytes.length : call.body.size,
    atMs: Date.now(),
    answerStatus: undefined,
    answerCode: undefined,
  };
}

function unitsOfHead({ path, query, headers }: Call): number {
  return [path, ...[...query].flat(), ...Object.entries(headers).flat()].join('').length;
}

function textOf({ body }: Call): string {
  if (body.kind === 'too-large') return '';
  if (body.unpacked === undefined) return body.bytes.toString();
  return body.unpacked.kind === 'text' ? body.unpacked.text : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
