import { el } from './element.ts';
import { type Row, Rows } from './rows.ts';

export interface Column {
  readonly title: string;
  /** Figures stand at the right. */
  readonly figure?: boolean;
  /** For what is no figure and no name, such as a button. */
  readonly className?: string;
}

/** A table with headers, whose rows stay while their cells change. */
export class Table<T> {
  readonly element: HTMLElement;
  readonly #rows: Rows<T>;

  constructor(
    label: string,
    columns: readonly Column[],
    keyOf: (item: T) => string,
    make: (item: T) => Row<T>,
  ) {
    const body = el('tbody');
    const heads = columns.map((column) => el('th', { scope: 'col', class: classOf(column) }, column.title));
    const head = el('thead', {}, el('tr', {}, ...heads));
    this.element = el('div', { class: 'scroll' }, el('table', { 'aria-label': label }, head, body));
    this.#rows = new Rows(body, keyOf, make);
  }

  show(items: readonly T[]): void {
    this.#rows.show(items);
    this.element.hidden = items.length === 0;
  }
}

function classOf({ figure, className }: Column): string | undefined {
  return figure === true ? 'figure' : className;
}
