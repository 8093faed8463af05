import type { ComponentChildren } from 'preact';
import { say, type Word } from './language.ts';
import { linkTo, refine } from './state.ts';

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
  readonly heads?: boolean;
  /** Stands at its head; by default the title. */
  readonly head?: ComponentChildren;
}

interface Properties<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  /** Nothing while they are not known. */
  readonly items: readonly T[] | null | undefined;
  /** Stands in the place of a table without rows. */
  readonly empty?: ComponentChildren;
  readonly keyOf: (item: T) => string | number;
  /** The title of the column that the rows are ordered by. Without it they stand as they are. */
  readonly order?: string;
  readonly look?: string;
}

/** A table whose rows keep focus and selection while their figures change. */
export function Table<T>({ label, columns, items, empty, keyOf, order, look }: Properties<T>) {
  if (!items) return null;
  if (items.length === 0) return <p class="note">{empty}</p>;
  const by = columns.find(({ title }) => title === order)?.by;
  const rows = by === undefined ? items : items.toSorted((one, other) => compare(by(one), by(other)));
  const way = typeof by?.(items[0] as T) === 'number' ? 'descending' : 'ascending';
  const headOf = ({ title, by, look, head = say(title) }: Column<T>) => (
    <th
      key={title}
      scope="col"
      class={look === 'figure' ? look : ''}
      aria-sort={title === order ? way : undefined}
    >
      {by && order ? (
        <button type="button" onClick={() => refine('order', title)}>
          {head}
        </button>
      ) : (
        head
      )}
    </th>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="scroll" tabIndex={0}>
      <table class={look} aria-label={label}>
        <thead>
          <tr>{columns.map(headOf)}</tr>
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

/** A link to a view, under a text that may be somebody else's: its direction of writing stays its own. */
export function link(text: string, view: string, of: Readonly<Record<string, string>> = {}, title?: Word) {
  return (
    <a href={linkTo(view, of)} title={title && say(title)}>
      <bdi>{text}</bdi>
    </a>
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

function cellOf<T>({ title, heads, look = '', isBad, cell }: Column<T>, item: T) {
  const Cell = heads ? 'th' : 'td';
  return (
    <Cell key={title} scope={heads ? 'row' : undefined} class={isBad?.(item) ? `${look} bad` : look}>
      {cell(item)}
    </Cell>
  );
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number') return Number(other) - one;
  return one < other ? -1 : Number(one > other);
}
