import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

/**
 * Runs what this package does on its own account: not traced, and outside of whatever request happened to
 * start it, so that neither its span nor its context is kept in memory by a timer of ours.
 */
export function inBackground<T>(work: () => T): T {
  return context.with(suppressTracing(ROOT_CONTEXT), work);
}

/** A timer that never holds the process; setting it again replaces the former time. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  set(delayMs: number): void {
    this.clear();
    this.#timer = inBackground(() =>
      setTimeout(() => {
        this.#timer = undefined;
        this.#ring();
      }, delayMs),
    ).unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * Waits for work, at most so long, and holds the process meanwhile: the only place where this package does, so
 * that `await provider.shutdown()` works as the last line of a program. Never rejects.
 */
export async function holdProcess(work: Promise<unknown>, atMostMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = inBackground(() => setTimeout(resolve, atMostMs));
  });
  try {
    await Promise.race([work, deadline]);
  } catch {
    // The work has logged and counted its own failure.
  } finally {
    clearTimeout(timer);
  }
}
