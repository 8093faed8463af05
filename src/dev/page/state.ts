import { say } from './language.ts';
import type { Control, Overview } from './page-data.ts';
import { ask, listen, type News, order } from './server.ts';

/** What a view is drawn from. */
export interface Shown<Answer = unknown> {
  readonly overview: Overview;
  /** What the server has for the address: `undefined` before it came, `null` if there is nothing. */
  readonly answer?: Answer | null | undefined;
  /** The app that the view is of: empty for all, `undefined` if it is of something else. */
  readonly app: string | undefined;
}

/** Everything that the page shows. There is no overview before the first one is told. */
export interface State extends News, Partial<Omit<Shown, 'app'>> {
  /** Stands behind the `#` of the address: the view as path, and what it is of, with filter and order. */
  readonly route: URL;
  /** The result of the last control. */
  readonly outcome?: { readonly text: string; readonly failed: boolean };
}

/** What was told last, which a paused page does not show. */
let news: News = { connection: 'connecting' };
let state: State = { ...news, route: currentRoute() };
let draw: (state: State) => void;
let asking: Promise<unknown> = Promise.resolve();

/** Follows server and address, and draws each change. Overviews come without one too, so times pass. */
export function start(drawing: (state: State) => void): void {
  draw = drawing;
  listen((latest) => {
    news = { ...news, ...latest };
    if (state.connection !== 'paused') change(latest);
  });
  addEventListener('hashchange', () => {
    change({ route: currentRoute(), answer: undefined });
    // A screen reader tells the heading of the view, and Tab goes on from there.
    document.querySelector('h1')?.focus();
  });
}

export function linkTo(view: string, values?: Readonly<Record<string, string>>): string {
  return values === undefined ? `#/${view}` : `#/${view}?${new URLSearchParams(values)}`;
}

/** What the address says of this; empty if it says nothing. */
export function inAddress(name: string): string {
  return state.route.searchParams.get(name) ?? '';
}

/** Changes filter or order in the address, in its place: "back" does not stop at each letter. */
export function refine(name: string, value: string): void {
  const route = new URL(state.route);
  if (value === '') route.searchParams.delete(name);
  else route.searchParams.set(name, value);
  history.replaceState(null, '', `#${route.pathname}${route.search}`);
  change({ route });
}

/** Holds the page as it is, or lets it go on. */
export function pause(): void {
  change(state.connection === 'paused' ? news : { connection: 'paused' });
}

/** Has the server do something, and shows the result. Resolves to whether it was done. */
export async function act(control: Control, done: string): Promise<boolean> {
  const reason = await order(control);
  const failed = reason !== undefined;
  change({ outcome: { text: failed ? say('failed', { reason }) : done, failed } });
  return !failed;
}

function change(changes: Partial<State>): void {
  state = { ...state, ...changes };
  draw(state);
  if (changes.route || changes.overview) renew();
}

/** Asks anew: one question at a time, and only the last that waits. What was shown stays meanwhile. */
async function renew(): Promise<void> {
  const { route, overview } = state;
  const isWanted = () => state.route === route && state.overview === overview;
  // The other views are drawn from the overview alone.
  if (!['/operation', '/traces', '/trace', '/call'].includes(route.pathname)) return;
  asking = asking.then(() => (isWanted() ? ask(`${route.pathname}${route.search}`) : undefined));
  const answer = await asking;
  if (answer !== undefined && state.route === route) change({ answer });
}

function currentRoute(): URL {
  return new URL(`${location.origin}/${location.hash.slice(2)}`);
}
