import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

export interface Column<T> {
  readonly key: string;
  readonly title: string;
  /** Figures stand at the right. */
  readonly figure?: boolean;
  /** Heads the row. */
  readonly head?: boolean;
  readonly className?: (item: T) => string;
  readonly cell: (item: T) => ComponentChildren;
  /** What the rows can be ordered by: texts upwards, figures from the largest. */
  readonly by?: (item: T) => string | number;
  /** The title is for screen readers alone. */
  readonly unseen?: boolean;
}

interface Properties<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** The key of the column that the rows are ordered by; without it they stand as they are. */
  readonly order?: string;
  readonly onOrder?: (key: string) => void;
  readonly className?: string;
}

/** A table whose rows keep focus and selection while their figures change. */
export function Table<T>({ label, columns, items, keyOf, order, onOrder, className }: Properties<T>) {
  useKeptFocus();
  if (items.length === 0) return null;
  const by = columns.find(({ key }) => key === order)?.by;
  const rows = by === undefined ? items : items.toSorted((one, other) => compare(by(one), by(other)));
  const keys = new Map<string, number>();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div class="scroll" tabIndex={0}>
      <table class={className} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} isOrder={column.key === order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((item) => (
            <tr key={unique(keyOf(item), keys)}>{columns.map((column) => cellOf(column, item))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Head<T>({
  column: { key, title, figure, by, unseen },
  isOrder,
  onOrder,
}: {
  readonly column: Column<T>;
  readonly isOrder: boolean;
  readonly onOrder: ((key: string) => void) | undefined;
}) {
  const sorted = figure ? 'descending' : 'ascending';
  return (
    <th scope="col" class={figure ? 'figure' : undefined} aria-sort={isOrder ? sorted : undefined}>
      {by === undefined || onOrder === undefined ? (
        <span class={unseen ? 'unseen' : undefined}>{title}</span>
      ) : (
        <button type="button" onClick={() => onOrder(key)}>
          {title}
        </button>
      )}
    </th>
  );
}

function cellOf<T>({ key, head, figure, className, cell }: Column<T>, item: T): JSX.Element {
  const classes = [figure ? 'figure' : '', className?.(item) ?? ''].filter((each) => each !== '').join(' ');
  const shown = classes === '' ? undefined : classes;
  return head ? (
    <th key={key} scope="row" class={shown}>
      {cell(item)}
    </th>
  ) : (
    <td key={key} class={shown}>
      {cell(item)}
    </td>
  );
}

/** An element that moves loses the focus, which is given back. */
function useKeptFocus(): void {
  const focused = document.activeElement;
  useLayoutEffect(() => {
    const isLost = focused !== document.activeElement && focused?.isConnected;
    if (isLost && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  });
}

/** The same sample may have been sent twice. */
function unique(key: string, seen: Map<string, number>): string {
  const before = seen.get(key) ?? 0;
  seen.set(key, before + 1);
  return before === 0 ? key : `${key} ${before}`;
}

function compare(one: string | number, other: string | number): number {
  const order = one < other ? -1 : one > other ? 1 : 0;
  return typeof one === 'string' ? order : -order;
}
