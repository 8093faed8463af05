/** Callers that wait for a condition. It is not polled: `check` is called after each change. */
export class Waiters {
  readonly #waiters = new Set<{ look(): void; giveUp(reason: Error): void }>();

  /** Has every waiter look again. */
  check(): void {
    for (const waiter of [...this.#waiters]) waiter.look();
  }

  /** Rejects every waiter. */
  close(): void {
    for (const waiter of [...this.#waiters]) waiter.giveUp(new Error('The stand-in server was closed.'));
  }

  /**
   * Resolves to the first value of `find` that is not `undefined`.
   * @param describe - what there was instead, for the error after `timeoutMillis`
   */
  until<T>(find: () => T | undefined, timeoutMillis: number, describe: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
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
        waiter.giveUp(new Error(`Not seen within ${timeoutMillis} ms. ${describe()}`));
      }, timeoutMillis);
      this.#waiters.add(waiter);
      waiter.look();
    });
  }
}
