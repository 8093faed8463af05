import { inBackground } from './background.ts';
import { TIMED_OUT, within } from './deadline.ts';
import { orElse } from './or-else.ts';
import { untraced } from './untraced.ts';

/** What hangs holds one of Node's four threads for files, names and compression. */
const MAX_STUCK = 2;

/** Work that may hang, such as that on a disk, one after the other. A call that hangs is left behind, and its work told by the signal. */
export class Turns {
  readonly #patienceMs: number;
  readonly #failed: (error: unknown) => void;
  #last: Promise<unknown> = Promise.resolve();
  #underWay: AbortController | undefined;
  #stuck = 0;
  #isStopped = false;

  /** `failed` is told why work failed, unless that was because of {@link stop}. */
  constructor(patienceMs: number, failed: (error: unknown) => void) {
    this.#patienceMs = patienceMs;
    this.#failed = failed;
  }

  /** A call hangs. */
  get isStuck(): boolean {
    return this.#stuck > 0;
  }

  /** Never rejects: `undefined` if the work failed, hangs, or never began. */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const turn = this.#begin(work, this.#last);
    this.#last = turn;
    return turn;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Nothing begins any more, and what is under way has no result. */
  stop(): void {
    this.#isStopped = true;
    this.#underWay?.abort();
  }

  async #begin<T>(work: (signal: AbortSignal) => Promise<T>, last: Promise<unknown>): Promise<T | undefined> {
    await last;
    if (this.#isStopped || this.#stuck >= MAX_STUCK) return undefined;
    const control = new AbortController();
    this.#underWay = control;
    try {
      const result = untraced(() => work(control.signal));
      const inTime = await within(this.#patienceMs, result);
      if (inTime !== TIMED_OUT) return this.#isStopped ? undefined : inTime;
      control.abort();
      this.#stuck++;
      inBackground('the end of a hanging call', async () => {
        await orElse(result, undefined);
        this.#stuck--;
      });
      throw new Error(`a call takes longer than ${this.#patienceMs / 1_000} s`);
    } catch (error) {
      if (!this.#isStopped) this.#failed(error);
      return undefined;
    }
  }
}
