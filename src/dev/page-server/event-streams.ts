import type { ServerResponse } from 'node:http';

const MAX_STREAMS = 20;
/** Changes within this time are sent together. */
const GATHER_MS = 200;
/** Sent this often without a change too, since rates and times depend on the clock. */
const REPEAT_MS = 5_000;

/**
 * Sends the state of the server to open pages, as server-sent events. Each event is complete, so a page that reads
 * slowly skips some: at most one event waits for it.
 */
export class EventStreams {
  readonly #describe: () => string;
  /** Each open page, and whether it has skipped an event. */
  readonly #behind = new Map<ServerResponse, boolean>();
  #gathering: NodeJS.Timeout | undefined;
  #repeating: NodeJS.Timeout | undefined;

  constructor(describe: () => string) {
    this.#describe = describe;
  }

  get full(): boolean {
    return this.#behind.size >= MAX_STREAMS;
  }

  /** Sends events on this response until the page closes it. */
  open(response: ServerResponse): void {
    this.#behind.set(response, false);
    response.once('close', () => this.#gone(response));
    response.on('drain', () => {
      if (this.#behind.get(response) === true) this.#send(response, this.#describe());
    });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1000\n\n');
    this.#send(response, this.#describe());
    this.#repeating ??= setInterval(() => this.changed(), REPEAT_MS);
  }

  /** Sends the new state soon. Costs nothing while no page is open. */
  changed(): void {
    if (this.#behind.size === 0) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const text = this.#describe();
      for (const response of this.#behind.keys()) this.#send(response, text);
    }, GATHER_MS);
  }

  close(): void {
    for (const response of [...this.#behind.keys()]) {
      this.#gone(response);
      response.destroy();
    }
  }

  #send(response: ServerResponse, text: string): void {
    const behind = response.writableNeedDrain;
    this.#behind.set(response, behind);
    if (!behind) response.write(`data: ${text}\n\n`);
  }

  #gone(response: ServerResponse): void {
    this.#behind.delete(response);
    if (this.#behind.size > 0) return;
    clearTimeout(this.#gathering);
    clearInterval(this.#repeating);
    this.#gathering = undefined;
    this.#repeating = undefined;
  }
}
