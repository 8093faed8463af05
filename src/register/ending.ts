import { isMainThread } from 'node:worker_threads';
import { Alarm } from '../runtime/alarm.ts';
import { inBackground } from '../runtime/background.ts';
import { withOwnBuiltIns } from '../runtime/built-ins.ts';
import { monotonicTime, nextTurn } from '../runtime/clock.ts';
import { holdProcess } from '../runtime/deadline.ts';
import { log } from '../runtime/log.ts';

/** What is to be brought to an end. */
export interface Endable {
  /** Sends what has been counted so far, and does not hold the process. */
  flush(): Promise<unknown>;
  /** Sends the rest and closes. */
  shutdown(): Promise<unknown>;
  /** Sends the rest where nothing can be awaited any more. */
  exit(): void;
  /** How long any of them is waited for. */
  readonly atMostMs: number;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** One press of Ctrl-C reaches a process under npm twice: from the terminal and from npm. */
const SAME_SIGNAL_MS = 100;
/**
 * While the app stops by a handler of its own, which may take longer than it is given until SIGKILL. Not at once: a
 * report must not be on its way when a quick handler ends in `process.exit()`.
 */
const FIRST_STOPPING_FLUSH_MS = 500;
const STOPPING_FLUSH_MS = 2_000;

/** Only makes Node listen to a signal; what happens then is decided before listeners are called. */
const listening = () => {};

/**
 * Has the last counts delivered at the natural end, at SIGTERM, SIGINT and `process.exit()`, in a way that the app
 * cannot tell from our not being there, but for the time it takes: its listeners are called as often and in the same order,
 * ours is in no list or number of listeners, and the process ends by the same signal or code.
 */
export class Ending {
  readonly #sdk: Endable;
  readonly #pid = process.pid;
  #delivered = false;
  #isShutDown = false;
  #signalMs: number | undefined;
  #stopping = false;
  readonly #flushAgain = new Alarm('the flush while the app stops', () => this.#flushWhileStopping());
  /** Whether a listener of ours that is gone was removed by the app. */
  #listens = false;
  #over = false;

  constructor(sdk: Endable) {
    this.#sdk = sdk;
    this.#watchEvents();
    if (!isMainThread) return;
    hideListener();
    for (const signal of SIGNALS) this.#listen(signal);
  }

  /** The end is somebody else's business from now on. */
  leave(): void {
    this.#over = true;
    this.#flushAgain.clear();
    for (const signal of SIGNALS) this.#stopListening(signal);
  }

  #listen(signal: string): void {
    process.on(signal, listening);
    this.#listens = true;
  }

  #stopListening(signal: string): void {
    this.#listens = false;
    process.off(signal, listening);
  }

  /** All that Node and the app tell the process's listeners passes here, signals and the natural end too. */
  #watchEvents(): void {
    const emit: (...told: never) => boolean = process.emit;
    const watch = (event: string | symbol, number: unknown): boolean => {
      if (this.#over) return true;
      if (event === 'beforeExit') return this.#mayEnd();
      if (event === 'exit') this.#ends();
      // A number comes with a real signal only, not with an event of that name that the app makes up.
      if (isOurs(event) && typeof number === 'number') this.#heard(event, number);
      return true;
    };
    // The app may have removed ours with all others. And Node stops listening with the last listener it sees.
    const relisten = (signal: unknown): void => {
      if (this.#over || !this.#listens || !isOurs(signal) || !isMainThread) return;
      if (process.listenerCount(signal) > 0) return;
      this.#stopListening(signal);
      this.#listen(signal);
    };
    // No spread: the app may have replaced what iterates an array, and Node tells of the end here.
    process.emit = function (this: unknown, ...told: [event: string | symbol, ...unknown[]]): boolean {
      const event = told[0];
      if (!orTrue(() => watch(event, told[2]))) return true;
      const isHeard = orTrue(() => !isOurs(event) || process.listenerCount(event) > 0);
      const heard = apply(emit, this, told);
      if (event === 'removeListener') orTrue(() => relisten(told[1]));
      return heard && isHeard;
    } as typeof process.emit;
  }

  /**
   * Nothing holds the process any more. It is held for a delivery first; then Node says so again, and the app
   * hears of it for the first time. Where it goes on from there, the next time is like this one.
   */
  #mayEnd(): boolean {
    if (this.#delivered || this.#isShutDown) {
      this.#delivered = false;
      return true;
    }
    // With listeners the app may go on and count more; without, this is the end.
    this.#isShutDown = process.listenerCount('beforeExit') === 0;
    inBackground('the delivery at the end', async () => {
      try {
        await this.#held(this.#isShutDown ? this.#sdk.shutdown() : this.#sdk.flush());
      } finally {
        this.#delivered = true;
      }
    });
    // Another turn of the loop, even if there was nothing to wait for.
    inBackground('the delivery at the end', nextTurn);
    return false;
  }

  /** By `process.exit()`, or an error that nobody caught; after the natural end there is nothing left to do. */
  #ends(): void {
    const { _exiting } = process as { _exiting?: boolean };
    // Some packages make up the event.
    if (_exiting === false || !isMainThread) return;
    try {
      withOwnBuiltIns(() => this.#sdk.exit());
    } catch (error) {
      log.warn(`the last counts could not be delivered: ${String(error)}`);
    }
  }

  #heard(signal: string, number: number): void {
    if (process.listenerCount(signal) > 0) {
      if (!this.#stopping) this.#flushAgain.set(FIRST_STOPPING_FLUSH_MS);
      this.#stopping = true;
    } else if (this.#signalMs === undefined) {
      this.#signalMs = monotonicTime();
      // As process 1 of a container, nothing ends by a signal that nobody listens to.
      const last = () => (this.#pid === 1 ? this.#sdk.flush() : this.#sdk.shutdown());
      inBackground('the delivery at a signal', async () => {
        try {
          await this.#held(last());
        } finally {
          this.#raise(signal, number);
        }
      });
    } else if (monotonicTime() - this.#signalMs > SAME_SIGNAL_MS) {
      this.#raise(signal, number);
    }
  }

  /** Where the host refuses that, the process ends as shells tell it. */
  #raise(signal: string, number: number): void {
    try {
      this.#stopListening(signal);
      process.kill(this.#pid, signal);
    } catch {
      process.exit(128 + number);
    }
    this.#signalMs = undefined;
    if (!this.#over) this.#listen(signal);
  }

  /** Again and again, never two at once. */
  async #flushWhileStopping(): Promise<void> {
    await this.#sdk.flush();
    if (!this.#over && !this.#isShutDown) this.#flushAgain.set(STOPPING_FLUSH_MS);
  }

  #held(work: Promise<unknown>): Promise<void> {
    return holdProcess(work, this.#sdk.atMostMs);
  }
}

function isOurs(event: unknown): event is string {
  return event === 'SIGTERM' || event === 'SIGINT';
}

const { apply } = Reflect;

/** Whatever the app has replaced, its listeners hear what Node tells them. */
function orTrue(work: () => unknown): boolean {
  try {
    return work() !== false;
  } catch {
    return true;
  }
}

/**
 * Others ask for the listeners of a signal to learn whether it is for them to end the process; seeing ours they
 * would leave it to us, and we to them.
 */
function hideListener(): void {
  const events: NodeJS.EventEmitter = process;
  const { listenerCount, listeners, rawListeners } = events;
  // Node asks too, and nothing may throw there.
  const isListening = (event: string | symbol) =>
    isOurs(event) && withOwnBuiltIns(() => rawListeners.call(events, event).includes(listening));
  const without = (list: typeof listeners) => (event: string | symbol) =>
    withOwnBuiltIns(() => list.call(events, event).filter((each) => each !== listening));
  Object.assign(events, {
    listeners: without(listeners),
    rawListeners: without(rawListeners),
    listenerCount: ((event, listener) => {
      const count: number = apply(listenerCount, events, [event, listener]);
      return listener === undefined && isListening(event) ? count - 1 : count;
    }) satisfies typeof listenerCount,
  });
}
