import type { Dispatcher } from 'undici';
import type { TransportResult } from '../wire/answer.ts';
import { Alarm } from './background.ts';
import { isRefusedCertificate, reasonOf } from './reason.ts';

/** A longer answer is no Stardust answer. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** One request and its answer: an undici handler that ends in exactly one result, whatever happens. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly result: Promise<TransportResult>;
  readonly #timeout: Alarm;
  #resolve: (result: TransportResult) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  #status = 0;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(timeoutMs: number) {
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timeout = new Alarm(() => this.#fail(new Error(`no answer within ${timeoutMs} ms`)));
    this.#timeout.set(timeoutMs);
  }

  /** Called when a connection is there and the request is about to leave: from here on it may have arrived. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#ended) controller.abort(new Error('ended before it was sent'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#bytes <= MAX_ANSWER_BYTES) return;
    this.#chunks = [];
    // An answer came, if a useless one: nothing is unclear.
    this.#end({ kind: 'answered', status: this.#status, body: '' });
    this.#controller?.abort(new Error('answer too large'));
  }

  onResponseEnd(): void {
    this.#end({
      kind: 'answered',
      status: this.#status,
      body: Buffer.concat(this.#chunks).toString('utf8'),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    const controller = this.#controller;
    const sent = controller !== undefined && !isRefusedCertificate(error);
    this.#end({ kind: 'unreachable', sent, reason: reasonOf(error) });
    controller?.abort(error);
  }

  #end(result: TransportResult): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timeout.clear();
    this.#resolve(result);
  }
}
