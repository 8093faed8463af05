// One line that says how far the demo is: rewritten in place on a terminal, else printed every few seconds.

const TERMINAL = process.stdout.isTTY === true;
const INTERVAL_MILLIS = TERMINAL ? 250 : 3_000;

export class Progress {
  #line = '';
  #timer;

  /** Shows what `describe` returns, again and again until the next call of `start` or `end`. */
  start(describe) {
    this.end();
    this.#show(describe());
    this.#timer = setInterval(() => this.#show(describe()), INTERVAL_MILLIS);
  }

  /** Prints a line of another kind without spoiling the running one. */
  say(text) {
    this.#clear();
    process.stdout.write(`${text}\n`);
    if (TERMINAL) process.stdout.write(this.#line);
  }

  end() {
    clearInterval(this.#timer);
    this.#clear();
    this.#line = '';
  }

  #show(line) {
    const shown = TERMINAL ? line.slice(0, (process.stdout.columns || 80) - 1) : `${line}\n`;
    if (shown === this.#line) return;
    this.#clear();
    this.#line = shown;
    process.stdout.write(shown);
  }

  #clear() {
    if (TERMINAL && this.#line !== '') process.stdout.write(`\r${' '.repeat(this.#line.length)}\r`);
  }
}
