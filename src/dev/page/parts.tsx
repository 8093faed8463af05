// What views are made of.
import { type ComponentChildren, h } from 'preact';
import { say, type Word } from './language.ts';
import { inAddress, linkTo, refine } from './state.ts';

/** A view below its heading, which has the focus after a move. */
export function View(of: { title: string; beside?: ComponentChildren; children: ComponentChildren }) {
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{of.title}</h1>
        {of.beside}
      </div>
      {of.children}
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

/** A button that does something at once, to an object if one is named. */
export function button(title: Word, act: () => unknown, object?: string) {
  return (
    <button type="button" aria-label={object && `${say(title)} ${object}`} onClick={act}>
      {say(title)}
    </button>
  );
}

interface Column<T> {
  /** Also its name in the address, if the rows are ordered by it. */
  readonly title: Word;
  readonly cell: (item: T) => ComponentChildren;
  /** What the rows can be ordered by, upwards. */
  readonly by?: (item: T) => string | number;
  /** The classes of its head and its cells. */
  readonly look?: string;
  readonly isBad?: (item: T) => boolean;
  /** Of its cells, if they head their rows. */
  readonly scope?: 'row';
  /** Stands at its head; by default the title. */
  readonly head?: ComponentChildren;
}

/** What is shown of the items of one kind. */
export interface List<T> {
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string | number;
  /** The column that orders the rows until the address names another. Without it they stay as they are. */
  readonly order?: Word | undefined;
  readonly look?: string;
}

type Items<T> = { label: string; items: readonly T[] | null | undefined; empty?: ComponentChildren };

/** A table whose rows keep focus and selection while their figures change. */
export function Table<T>({ label, columns, items, empty, keyOf, order, look }: List<T> & Items<T>) {
  if (!items?.length) return items && <p class="note">{empty}</p>;
  const chosen = order && (inAddress('order') || order);
  const by = columns.find(({ title }) => title === chosen)?.by ?? (() => 0);
  const rows = items.toSorted((one, other) => Number(by(one) > by(other)) - Number(by(one) < by(other)));
  const way = typeof by(items[0] as T) === 'number' ? 'descending' : 'ascending';
  const headOf = ({ title, by, look, head = say(title) }: Column<T>) => (
    <th key={title} scope="col" class={look} aria-sort={title === chosen ? way : undefined}>
      {by && order ? button(title, () => refine('order', title)) : head}
    </th>
  );
  const cellOf = ({ title, scope, look = '', isBad, cell }: Column<T>, item: T) =>
    h(scope ? 'th' : 'td', { key: title, scope, class: isBad?.(item) ? `${look} bad` : look }, cell(item));
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

/** A column of figures, of which the largest come first. */
export function figures<T>(title: Word, of: (item: T) => number, show: (n: number) => string): Column<T> {
  return { title, by: (item) => -of(item), cell: (item) => show(of(item)), look: 'figure' };
}
