import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { Alarm } from '../runtime/alarm.ts';
import type { TransportResult } from '../wire/call.ts';
import { callFailure, isRefusedCertificate } from './call-failure.ts';

/** A longer answer is no Stardust answer, and one of this length is read in one go. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const NO_BYTES = Buffer.alloc(0);
const USUAL_ANSWER_BYTES = 4 * 1024;
/** Interim answers, such as 103, that may come before the answer. */
const MAX_INTERIM_ANSWERS = 10;

/** One request and its answer: an undici handler that ends in exactly one result. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly result: Promise<TransportResult>;
  readonly #timeout: Alarm;
  #resolve: (result: TransportResult) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  #status = 0;
  #location: string | undefined;
  #interim = 0;
  /** Grows as the answer comes: a list of its pieces would weigh a hundred bytes for each, and one may be a byte. */
  #body: Buffer = NO_BYTES;
  #bytes = 0;

  constructor(timeoutMs: number) {
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timeout = new Alarm('the time-out of a call', () =>
      this.#fail(new Error(`no answer within ${timeoutMs} ms`)),
    );
    this.#timeout.set(timeoutMs);
  }

  /** Called when a connection is there and the request is about to leave: from here on it may have arrived. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error('ended before it was sent'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#location = headers?.location;
    if (status < 200 && ++this.#interim > MAX_INTERIM_ANSWERS)
      this.#fail(new Error('no answer after many 1xx'));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    const bytes = this.#bytes + chunk.length;
    if (bytes <= MAX_ANSWER_BYTES) {
      this.#append(chunk, bytes);
      return;
    }
    // An answer came, if a useless one.
    this.#end({ kind: 'answered', status: this.#status, body: '' });
    this.#controller?.abort(new Error('answer too large'));
  }

  onResponseEnd(): void {
    this.#end({
      kind: 'answered',
      status: this.#status,
      body: this.#body.toString('utf8', 0, this.#bytes),
      location: this.#location,
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #append(chunk: Buffer, bytes: number): void {
    if (bytes > this.#body.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, this.#body.length * 2, USUAL_ANSWER_BYTES));
      this.#body.copy(larger, 0, 0, this.#bytes);
      this.#body = larger;
    }
    chunk.copy(this.#body, this.#bytes);
    this.#bytes = bytes;
  }

  #fail(error: Error): void {
    const controller = this.#controller;
    const sent = controller !== undefined && !isRefusedCertificate(error);
    this.#end({ kind: 'unreachable', sent, reason: callFailure(error) });
    controller?.abort(error);
  }

  #end(result: TransportResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timeout.clear();
    this.#body = NO_BYTES;
    this.#resolve(result);
  }
}
