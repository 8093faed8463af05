import { button, el, foreign, setText } from './element.ts';
import { count, millis, rough, say } from './language.ts';
import type { Operation } from './page-data.ts';
import { linkTo } from './route.ts';
import { type Row, Rows } from './rows.ts';
import { SparkLine } from './spark-line.ts';
import type { Words } from './words-en.ts';

/** What operations can be ordered by, largest first but for texts. */
type Order = 'name' | 'kind' | 'perMinute' | 'total' | 'errors' | 'average' | 'max';

const ORDERS: Readonly<Record<Order, (operation: Operation) => string | number>> = {
  name: ({ name }) => name,
  kind: ({ kind }) => kind,
  perMinute: ({ perMinute }) => perMinute,
  total: ({ total }) => total,
  errors: ({ errors }) => errors,
  average: ({ averageMs }) => averageMs,
  max: ({ maxMs }) => maxMs,
};
const TEXTS: readonly Order[] = ['name', 'kind'];

/** The operations of one app. */
export class OperationsTable {
  readonly element: HTMLElement;
  readonly #appId: string;
  readonly #exclude: (name: string) => void;
  readonly #rows: Rows<Operation>;
  readonly #heads = new Map<Order, HTMLTableCellElement>();
  #order: Order = 'total';
  #shown: readonly Operation[] = [];

  constructor(appId: string, label: string, exclude: (name: string) => void) {
    this.#appId = appId;
    this.#exclude = exclude;
    const body = el('tbody');
    this.#rows = new Rows(
      body,
      ({ name }) => name,
      (operation) => this.#row(operation),
    );
    const heads = [
      ...(Object.keys(ORDERS) as Order[]).map((order) => this.#head(order)),
      el('th', { scope: 'col' }, say('recent')),
      el('th', { scope: 'col', class: 'figure' }, say('samples')),
      el('th', { scope: 'col' }, el('span', { class: 'unseen' }, say('exclude'))),
    ];
    const table = el(
      'table',
      { class: 'operations', 'aria-label': label },
      el('thead', {}, el('tr', {}, ...heads)),
      body,
    );
    this.element = el('div', { class: 'scroll' }, table);
    this.#markOrder();
  }

  show(operations: readonly Operation[]): void {
    this.#shown = operations;
    this.element.hidden = operations.length === 0;
    const value = ORDERS[this.#order];
    const ascending = TEXTS.includes(this.#order);
    this.#rows.show([...operations].sort((one, other) => compare(value(one), value(other), ascending)));
  }

  #head(order: Order): HTMLTableCellElement {
    const act = () => {
      this.#order = order;
      this.#markOrder();
      this.show(this.#shown);
    };
    const className = TEXTS.includes(order) ? undefined : 'figure';
    const head = el('th', { scope: 'col', class: className }, button(say(order satisfies keyof Words), act));
    this.#heads.set(order, head);
    return head;
  }

  #markOrder(): void {
    for (const [order, head] of this.#heads) {
      const direction = TEXTS.includes(order) ? 'ascending' : 'descending';
      if (order === this.#order) head.setAttribute('aria-sort', direction);
      else head.removeAttribute('aria-sort');
    }
  }

  #row({ name, kind }: Operation): Row<Operation> {
    const spark = new SparkLine();
    const errors = figureCell();
    const samples = figureCell();
    const figures = [figureCell(), figureCell(), errors, figureCell(), figureCell()];
    const link = el('a', { href: linkTo('operation', { app: this.#appId, name }) }, foreign(name));
    const exclude = button(say('exclude'), () => this.#exclude(name), {
      class: 'quiet',
      'aria-label': say('excludeName', { name }),
    });
    const element = el(
      'tr',
      {},
      el('th', { scope: 'row', class: 'code' }, link),
      el('td', {}, foreign(kind, { class: 'kind' })),
      ...figures,
      el('td', {}, spark.element),
      samples,
      el('td', {}, exclude),
    );
    const show = (operation: Operation) => {
      const texts = figuresOf(operation);
      for (const [index, cell] of figures.entries()) setText(cell, texts[index] ?? '');
      errors.classList.toggle('bad', operation.errors > 0);
      setText(samples, count(operation.samples + operation.errorSamples));
      spark.show(operation.recent, operation.recentErrors);
    };
    return { element, show };
  }
}

function figuresOf({ perMinute, total, errors, averageMs, maxMs }: Operation): string[] {
  return [rough(perMinute), count(total), count(errors), millis(averageMs), millis(maxMs)];
}

function figureCell(): HTMLElement {
  return el('td', { class: 'figure' });
}

function compare(one: string | number, other: string | number, ascending: boolean): number {
  const order = one < other ? -1 : one > other ? 1 : 0;
  return ascending ? order : -order;
}
