/** An element that shows one item of a list, and can show it again as it is later. */
export interface Row<T> {
  readonly element: Element;
  show(item: T): void;
}

/** A list whose elements stay while the figures in them change: so focus and selection stay, too. */
export class Rows<T> {
  readonly #parent: Element;
  readonly #keyOf: (item: T) => string;
  readonly #make: (item: T) => Row<T>;
  #rows = new Map<string, Row<T>>();

  constructor(parent: Element, keyOf: (item: T) => string, make: (item: T) => Row<T>) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#make = make;
  }

  show(items: readonly T[]): void {
    const focused = document.activeElement;
    const rows = new Map<string, Row<T>>();
    for (const item of items) {
      const key = this.#keyOf(item);
      const row = this.#rows.get(key) ?? this.#make(item);
      row.show(item);
      rows.set(key, row);
    }
    for (const [key, row] of this.#rows) if (!rows.has(key)) row.element.remove();
    this.#rows = rows;
    [...rows.values()].forEach(({ element }, index) => {
      const there = this.#parent.children[index];
      if (there !== element) this.#parent.insertBefore(element, there ?? null);
    });
    // An element that is moved loses the focus.
    const lost = focused instanceof HTMLElement && focused !== document.activeElement;
    if (lost && this.#parent.contains(focused)) focused.focus({ preventScroll: true });
  }
}
