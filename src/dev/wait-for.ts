/** Waits for something to come true, without polling: whoever changes things says so. */
export class Watch {
  readonly #waiting = new Set<{ look(): void; giveUp(reason: Error): void }>();

  /** Everybody who waits looks again. */
  check(): void {
    for (const waiter of [...this.#waiting]) waiter.look();
  }

  /** Nobody will ever see it. */
  close(): void {
    for (const waiter of [...this.#waiting]) waiter.giveUp(new Error('The stand-in server was closed.'));
  }

  /** What `find` finds, as soon as it finds something. `found` tells, after the time is up, what there was instead. */
  until<T>(find: () => T | undefined, timeoutMillis: number, found: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        act();
      };
      const waiter = {
        look: () => {
          try {
            const value = find();
            if (value !== undefined) settle(() => resolve(value));
          } catch (error) {
            settle(() => reject(error));
          }
        },
        giveUp: (reason: Error) => settle(() => reject(reason)),
      };
      const timer = setTimeout(() => {
        waiter.giveUp(new Error(`Not seen within ${timeoutMillis} ms. ${found()}`));
      }, timeoutMillis);
      this.#waiting.add(waiter);
      waiter.look();
    });
  }
}
