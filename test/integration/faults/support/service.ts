import { vi } from 'vitest';
import { StardustExporter, type StardustOptions, type StardustStats } from '../../../../src/index.ts';
import type { Dice } from '../../../support/dice.ts';
import { pass } from '../../../support/harness.ts';
import { makeSpan } from '../../../support/make-span.ts';
import { type Call, Figures } from './figures.ts';
import { lastCall } from './place.ts';

/** Until a server says otherwise, and a little more. */
const LONGEST_PERIOD_MS = 61_000;
/** The server's limits. */
const MAX_SAMPLES = 1;
const MAX_ERRORS = 10;

/** A service that is started again now and then; what all of its lives have counted. */
export class Service {
  readonly #options: StardustOptions;
  readonly #lives: StardustStats[] = [];
  /** What was counted, by name. */
  readonly counted = new Map<string, Figures>();
  /** Calls that each name's allowance of samples has room for, the first in a period: their names by their span ids. */
  readonly certainSamples = new Map<string, string>();
  /** Each step that its clock has made, to and from any time. */
  readonly #clockSteps: number[] = [];
  /** When this life has counted a name last, by the monotonic clock. */
  readonly #lastMs = new Map<string, number>();
  /** The last call of the lives before this one. */
  callsBefore = 0;
  #exporter: StardustExporter;

  constructor(options: StardustOptions) {
    this.#options = options;
    this.#exporter = new StardustExporter(options);
  }

  work(dice: Dice): void {
    const names = dice.between(1, 8);
    const worked = new Map<string, Call[]>();
    for (let i = dice.between(0, 40); i > 0; i--) {
      const name = `op ${i % names}`;
      const ms = dice.between(1, 400);
      const bytes = dice.between(1, 999);
      const error = dice.percent(15);
      const span = makeSpan({ name, ms, error, attributes: { 'http.request.body.size': bytes } });
      const call = { id: span.spanContext().spanId, startMs: Date.now() - ms, ms, error, bytes };
      const figures = this.counted.get(name) ?? new Figures(name);
      this.counted.set(name, figures);
      figures.addCall(call);
      worked.set(name, [...(worked.get(name) ?? []), call]);
      this.#exporter.count(span);
    }
    for (const [name, calls] of worked) this.#noteCertainSamples(name, calls);
  }

  /** Its clock, and that of its servers, is set. */
  stepClock(byMs: number): void {
    vi.setSystemTime(Date.now() + byMs);
    const further = this.#clockSteps.flatMap((each) => [each + byMs, each - byMs]);
    this.#clockSteps.push(...further, byMs, -byMs);
  }

  /** A second of difference moves nothing. */
  isByAnotherClock(byMs: number): boolean {
    return this.#clockSteps.some((each) => Math.abs(byMs - each) <= 1_000);
  }

  async flush(): Promise<void> {
    await whilePassing(this.#exporter.forceFlush(), 3_000);
  }

  async end(): Promise<void> {
    await whilePassing(this.#exporter.shutdown(), 1_000);
    this.#lives.push(this.#exporter.stats());
  }

  async restart(): Promise<void> {
    await this.end();
    this.callsBefore = lastCall();
    this.#lastMs.clear();
    this.#exporter = new StardustExporter(this.#options);
  }

  get resendsUnclear(): boolean {
    return this.#options.resendUnclear !== false;
  }

  get hasDisk(): boolean {
    return this.#options.backlogDirectory !== undefined;
  }

  get waiting(): number {
    return this.#exporter.stats().waiting;
  }

  #noteCertainSamples(name: string, calls: readonly Call[]): void {
    const nowMs = performance.now();
    const sinceMs = nowMs - (this.#lastMs.get(name) ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back may stand in the same period again.
    const isFirst = [0, ...this.#clockSteps].every((each) => Math.abs(sinceMs + each) > LONGEST_PERIOD_MS);
    this.#lastMs.set(name, nowMs);
    if (!isFirst) return;
    const samples = calls.filter(({ error }) => !error).slice(0, MAX_SAMPLES);
    const errorSamples = calls.filter(({ error }) => error).slice(0, MAX_ERRORS);
    for (const { id } of [...samples, ...errorSamples]) this.certainSamples.set(id, name);
  }

  /** Over all lives that have ended. */
  sum(figure: (stats: StardustStats) => number): number {
    return this.#lives.reduce((sum, stats) => sum + figure(stats), 0);
  }
}

async function whilePassing(work: Promise<void>, ms: number): Promise<void> {
  await pass(ms, 500);
  await work;
}
