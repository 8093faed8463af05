import { el } from './element.ts';

/** A control with its label above it. */
export function wideField(label: string, control: HTMLElement): HTMLLabelElement {
  return el('label', { class: 'field wide' }, el('span', {}, label), control);
}

/** A control with its label in front and, where it is a number, its unit behind. */
export function field(label: string, control: HTMLElement, unit = ''): HTMLLabelElement {
  const entry = unit === '' ? [control] : [el('span', { class: 'unit' }, control, el('span', {}, unit))];
  return el('label', { class: 'field' }, el('span', {}, label), ...entry);
}

/** What somebody typed stays, whatever the server says meanwhile; what he did not touch follows the server. */
export class Following {
  readonly #control: HTMLInputElement | HTMLTextAreaElement;
  #known = '';

  constructor(control: HTMLInputElement | HTMLTextAreaElement) {
    this.#control = control;
  }

  get value(): string {
    return this.#control.value;
  }

  follow(value: string): void {
    if (this.#control.value === this.#known && value !== this.#known) this.#control.value = value;
    this.#known = value;
  }

  /** Drops what was typed. */
  reset(value: string): void {
    this.#known = value;
    this.#control.value = value;
  }
}
