// A process of the demo: it sends one message when it is ready, and then one for each question.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const STOP_MILLIS = 5_000;

export class Child {
  #name;
  #process;
  #stopping = false;
  /** When it has ended and everything it printed has been read. */
  #closed;

  /**
   * @param file - a URL
   * @param options - `require`: a file to preload; `env`; `say`: takes a line it printed; `failed`: takes the error
   * when it ends before it was told to
   */
  constructor(name, file, { require, env, say, failed }) {
    this.#name = name;
    const execArgv = require === undefined ? [] : ['--require', require];
    // In a group of its own: Ctrl-C on a terminal reaches the demo, which ends its children itself.
    const options = { execArgv, env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] };
    this.#process = fork(file, [], options);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => say(`${name}: ${line}`));
    }
    this.#process.on('error', failed);
    this.#closed = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        resolve({ code, signal });
        if (!this.#stopping)
          failed(new Error(`the ${name} process ended early (${signal ?? `exit ${code}`})`));
      });
    });
  }

  /** What it says next. Waits for ever if it fails; that is told by `failed`. */
  async next() {
    const [message] = await once(this.#process, 'message');
    return message;
  }

  ask(question) {
    const answer = this.next();
    this.#process.send(question);
    return answer;
  }

  /** Lets it end by itself, which is part of what the demo shows; an error if it does not. */
  async stop() {
    this.#stopping = true;
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MILLIS);
    if (this.#process.connected) this.#process.send('stop');
    const { code, signal } = await this.#closed;
    clearTimeout(timer);
    if (code === 0) return;
    throw new Error(`the ${this.#name} process did not end by itself (${signal ?? `exit ${code}`})`);
  }

  /** Ends it at once, whatever it is at. */
  async kill() {
    this.#stopping = true;
    this.#process.kill('SIGKILL');
    await this.#closed;
  }
}
