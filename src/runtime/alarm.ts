import { inBackground } from './background.ts';
import { clearTimer, setTimer } from './clock.ts';
import { untraced } from './untraced.ts';

/** A timer that never holds the process; setting it again replaces the former time. */
export class Alarm {
  readonly #what: string;
  readonly #ring: () => unknown;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** `ring` may fail or reject: that is logged as a failure of `what`. */
  constructor(what: string, ring: () => unknown) {
    this.#what = what;
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  set(delayMs: number): void {
    this.clear();
    if (this.#isStopped) return;
    const ring = () => {
      this.#timer = undefined;
      inBackground(this.#what, this.#ring);
    };
    this.#timer = untraced(() => setTimer(ring, delayMs)).unref();
  }

  clear(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Clears it for good: it cannot be set again. */
  stop(): void {
    this.clear();
    this.#isStopped = true;
  }
}
