import type { ServerResponse } from 'node:http';

const MAX_STREAMS = 20;
/** Changes that come this soon after one another are told together. */
const GATHER_MS = 200;
/** Told again this often without any change, since rates fall and times pass. */
const REPEAT_MS = 5_000;

/**
 * Tells open pages how things are, by server-sent events. Each event is the whole, so a page that reads slowly just
 * misses some: at most one waits for it.
 */
export class EventStreams {
  readonly #describe: () => string;
  /** Each open page, and whether it has missed something. */
  readonly #behind = new Map<ServerResponse, boolean>();
  #gathering: NodeJS.Timeout | undefined;
  #repeating: NodeJS.Timeout | undefined;

  constructor(describe: () => string) {
    this.#describe = describe;
  }

  get full(): boolean {
    return this.#behind.size >= MAX_STREAMS;
  }

  /** Takes over a response, for as long as the page stays open. */
  open(response: ServerResponse): void {
    this.#behind.set(response, false);
    response.once('close', () => this.#gone(response));
    response.on('drain', () => {
      if (this.#behind.get(response) === true) this.#tell(response, this.#describe());
    });
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1000\n\n');
    this.#tell(response, this.#describe());
    this.#repeating ??= setInterval(() => this.changed(), REPEAT_MS);
  }

  /** Something is not as it was. Costs nothing while no page is open. */
  changed(): void {
    if (this.#behind.size === 0) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const text = this.#describe();
      for (const response of this.#behind.keys()) this.#tell(response, text);
    }, GATHER_MS);
  }

  close(): void {
    for (const response of [...this.#behind.keys()]) {
      this.#gone(response);
      response.destroy();
    }
  }

  #tell(response: ServerResponse, text: string): void {
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
