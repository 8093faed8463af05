import type { Overview } from './page-data.ts';

/** One of the things that the main part of the page can show. */
export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  /** Shows how things are now; called after each change, and once a second. */
  show(overview: Overview, nowMs: number): void;
}
