import type { ComponentChildren } from 'preact';
import { say, type Word } from './language.ts';
import { refine } from './state.ts';

export interface Column<T> {
  /** Also its name in the address, if the rows are ordered by it. */
  readonly title: Word;
  readonly cell: (item: T) => ComponentChildren;
  /** What the rows can be ordered by: texts upwards, figures from the largest. */
  readonly by?: (item: T) => string | number;
  /** The classes of its cells; its head has those of figures too. */
  readonly look?: string;
  readonly isBad?: (item: T) => boolean;
  /** Its cells head their rows. */
  readonly heads?: true;
  /** Stands at its head; by default the title. */
  readonly head?: ComponentChildren;
}

interface Properties<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string | number;
  /** The title of the column that the rows are ordered by. Without it they stand as they are. */
  readonly order?: string;
  readonly look?: string;
}

/** A table whose rows keep focus and selection while their figures change. */
export function Table<T>({ label, columns, items, keyOf, order, look }: Properties<T>) {
  if (items.length === 0) return null;
  const by = columns.find(({ title }) => title === order)?.by;
  const rows = by === undefined ? items : items.toSorted((one, other) => compare(by(one), by(other)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="scroll" tabIndex={0}>
      <table class={look} aria-label={label}>
        <thead>
          <tr>{columns.map((column) => headOf(column, rows, order))}</tr>
        </thead>
        <tbody>
          {rows.map((item) => (
            <tr key={keyOf(item)}>{columns.map((column) => cellOf(column, item))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A column of figures. */
export function figures<T>(
  title: Word,
  by: (item: T) => number,
  show: (figure: number) => string,
): Column<T> {
  return { title, by, cell: (item) => show(by(item)), look: 'figure' };
}

/** A column of counts of what failed. */
export function failures<T>(by: (item: T) => number, cell: Column<T>['cell']): Column<T> {
  return { title: 'errors', by, cell, look: 'figure', isBad: (item) => by(item) > 0 };
}

function headOf<T>(column: Column<T>, [first]: readonly T[], order: string | undefined) {
  const { title, by, look, head = say(title) } = column;
  const way = first !== undefined && typeof by?.(first) === 'number' ? 'descending' : 'ascending';
  return (
    <th
      key={title}
      scope="col"
      class={look === 'figure' ? look : undefined}
      aria-sort={title === order ? way : undefined}
    >
      {by === undefined || order === undefined ? (
        head
      ) : (
        <button type="button" onClick={() => refine('order', title)}>
          {head}
        </button>
      )}
    </th>
  );
}

function cellOf<T>({ title, heads, look = '', isBad, cell }: Column<T>, item: T) {
  const classes = isBad?.(item) ? `${look} bad` : look;
  return heads ? (
    <th key={title} scope="row" class={classes}>
      {cell(item)}
    </th>
  ) : (
    <td key={title} class={classes}>
      {cell(item)}
    </td>
  );
}

function compare(one: string | number, other: string | number): number {
  const order = one < other ? -1 : one > other ? 1 : 0;
  return typeof one === 'string' ? order : -order;
}
