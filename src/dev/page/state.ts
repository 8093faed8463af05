import { say } from './language.ts';
import type { Control, Overview } from './page-data.ts';
import { ask, type Connection, listen, order } from './server.ts';

/** The view, and what it is of, with its filter and order. Kept behind the `#` of the address, so that links work. */
export interface Route {
  readonly view: string;
  /** Changed by `refine` only; a move makes a new route. */
  readonly values: URLSearchParams;
}

/** Everything that the page shows. */
export interface State {
  readonly route: Route;
  readonly connection: Connection;
  /** The last one that was heard of; while paused, the one of that moment. `undefined` before the first. */
  readonly overview: Overview | undefined;
  /** What the view shows besides the overview. `undefined` before the first answer. */
  readonly answer: unknown;
  readonly isPaused: boolean;
  /** The app whose limits are set; empty for all. */
  readonly scope: string;
  /** The result of the last control. */
  readonly outcome: { readonly text: string; readonly failed: boolean };
}

/** What a view is drawn from. Its answer is `undefined` before it came, and `null` if the server has nothing. */
export interface Shown<Answer = unknown> extends Pick<Route, 'values'> {
  readonly overview: Overview;
  readonly answer: Answer | null | undefined;
}

/** The views of all apps, of one, and of one operation of it. */
export const VIEWS_OF_APPS: readonly string[] = ['', 'app', 'operation'];
/** The views whose data the server is asked for, in the words of the address. */
const ASKING = ['operation', 'traces', 'trace', 'call'];

let state: State = {
  route: currentRoute(),
  connection: 'connecting',
  overview: undefined,
  answer: undefined,
  isPaused: false,
  scope: appOf(currentRoute()) ?? '',
  outcome: { text: '', failed: false },
};
/** The last overview; also while paused. */
let heard: Overview | undefined;
let draw: (state: State) => void;
let isAsking = false;

/** Follows the server and the address, and draws each change. Times pass with the overviews, which come without a change too. */
export function start(drawing: (state: State) => void): void {
  draw = drawing;
  listen(hear, (connection) => change({ connection }));
  addEventListener('hashchange', move);
}

export function linkTo(view: string, values: Readonly<Record<string, string>> = {}): string {
  return `#/${inAddress({ view, values: new URLSearchParams(values) })}`;
}

/** Changes filter or order in the address. The view stays the same, so "back" does not stop at each letter. */
export function refine(name: string, value: string): void {
  const { values } = state.route;
  if (value === '') values.delete(name);
  else values.set(name, value);
  history.replaceState(null, '', `#/${inAddress(state.route)}`);
  change();
  keepAsking();
}

export function pause(): void {
  change({ isPaused: !state.isPaused });
  if (heard !== undefined) hear(heard);
}

export function choose(scope: string): void {
  change({ scope });
}

/** Has the server do something, and shows the result. Resolves to whether it was done. */
export async function act(control: Control, done: string): Promise<boolean> {
  const reason = await order(control);
  const text = reason === undefined ? done : say('failed', { reason });
  change({ outcome: { text, failed: reason !== undefined } });
  return reason === undefined;
}

function change(changes: Partial<State> = {}): void {
  state = { ...state, ...changes };
  draw(state);
}

function hear(overview: Overview): void {
  heard = overview;
  if (state.isPaused && state.overview !== undefined) return;
  change({ overview });
  keepAsking();
}

/** Shows another view, also after "back". A screen reader tells its heading, and Tab goes on from there. */
function move(): void {
  const route = currentRoute();
  change({ route, answer: undefined, scope: appOf(route) ?? state.scope });
  document.querySelector('h1')?.focus();
  keepAsking();
}

/**
 * Asks for what the view shows besides the overview: anew after each change, one question at a time. While the server
 * is away, what was shown stays.
 */
async function keepAsking(): Promise<void> {
  const { route, overview } = state;
  if (isAsking || !ASKING.includes(route.view)) return;
  isAsking = true;
  const question = inAddress(route);
  const answer = await ask(question);
  isAsking = false;
  if (answer !== undefined && state.route === route) change({ answer });
  if (state.route !== route || state.overview !== overview || inAddress(route) !== question) keepAsking();
}

function inAddress({ view, values }: Route): string {
  return values.size === 0 ? view : `${view}?${values}`;
}

/** The app that is shown; empty for all, `undefined` if the view is of none. */
export function appOf({ view, values }: Route): string | undefined {
  return VIEWS_OF_APPS.includes(view) ? (values.get('app') ?? '') : undefined;
}

function currentRoute(): Route {
  const [, view = '', query = ''] = /^#\/([^?]*)\??(.*)$/s.exec(location.hash) ?? [];
  return { view, values: new URLSearchParams(query) };
}
