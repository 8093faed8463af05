import { PerformanceObserver } from 'node:perf_hooks';

/**
 * Counts the garbage collections of this process while Node can tell of them. What an app has changed may have Node's own
 * code throw there, where nobody can catch it, and the process would end.
 */
export class GarbageCollections {
  /** Missing from the first time on that Node cannot tell. */
  #observer: PerformanceObserver | undefined;
  #count = 0;

  constructor() {
    if (!canBeTold()) return;
    this.#observer = new PerformanceObserver((list) => {
      this.#count += list.getEntries().length;
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Those since the last reading, if they are counted. */
  read(): number | undefined {
    if (!canBeTold()) this.stop();
    if (this.#observer === undefined) return undefined;
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  stop(): void {
    const observer = this.#observer;
    this.#observer = undefined;
    observer?.disconnect();
  }
}

/** Tries what Node does there: it iterates lists and sets, and defines properties. */
function canBeTold(): boolean {
  try {
    const [name] = [...new Set(['kind']).values()];
    Object.defineProperty({}, String(name), { get: () => name });
    return true;
  } catch {
    return false;
  }
}
