import { StardustExporter, type StardustOptions, type StardustStats } from '../../../../src/index.ts';
import type { Dice } from '../../../support/dice.ts';
import { pass } from '../../../support/harness.ts';
import { makeSpan } from '../../../support/make-span.ts';
import { Figures } from './figures.ts';

/** A service that is started again now and then; what all of its lives have counted. */
export class Service {
  readonly #options: StardustOptions;
  readonly #lives: StardustStats[] = [];
  /** What was counted, by name. */
  readonly counted = new Map<string, Figures>();
  #exporter: StardustExporter;

  constructor(options: StardustOptions) {
    this.#options = options;
    this.#exporter = new StardustExporter(options);
  }

  work(dice: Dice): void {
    const names = dice.between(1, 8);
    for (let i = dice.between(0, 40); i > 0; i--) {
      const name = `op ${i % names}`;
      const ms = dice.between(1, 400);
      const bytes = dice.between(1, 999);
      const error = dice.percent(15);
      const span = makeSpan({ name, ms, error, attributes: { 'http.request.body.size': bytes } });
      const figures = this.counted.get(name) ?? new Figures();
      this.counted.set(name, figures);
      figures.addCall({ id: span.spanContext().spanId, startMs: Date.now() - ms, ms, error, bytes });
      this.#exporter.count(span);
    }
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
    this.#exporter = new StardustExporter(this.#options);
  }

  get resendsUnclear(): boolean {
    return this.#options.resendUnclear !== false;
  }

  get waiting(): number {
    return this.#exporter.stats().waiting;
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
