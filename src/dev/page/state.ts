import { say } from './language.ts';
import type { Control, Overview } from './page-data.ts';
import { ask, type Connection, listen, order } from './server.ts';

/** Everything that the page shows. */
export interface State {
  /** What stands behind the `#` of the address: the view as path, and what it is of, with its filter and order. */
  readonly route: URL;
  readonly connection: Connection;
  /** The last one that was heard of. `undefined` before the first. */
  readonly overview: Overview | undefined;
  /** What the view shows besides the overview. `undefined` before the first answer. */
  readonly answer: unknown;
  /** The result of the last control. */
  readonly outcome: { readonly text: string; readonly failed: boolean };
}

/** What a view is drawn from. Its answer is `undefined` before it came, and `null` if the server has nothing. */
export interface Shown<Answer = unknown> {
  readonly overview: Overview;
  readonly values: URLSearchParams;
  readonly answer: Answer | null | undefined;
}

/** The views whose data the server is asked for, in the words of the address. */
const ASKING = ['/operation', '/traces', '/trace', '/call'];

let state: State = {
  route: currentRoute(),
  connection: 'connecting',
  overview: undefined,
  answer: undefined,
  outcome: { text: '', failed: false },
};
let draw: (state: State) => void;
let leave: (() => void) | undefined;
/** The state that the last question was of. */
let asked: State | undefined;
let isAsking = false;

/** Follows the server and the address, and draws each change. Times pass with the overviews, which come without a change too. */
export function start(drawing: (state: State) => void): void {
  draw = drawing;
  follow();
  document.addEventListener('visibilitychange', follow);
  addEventListener('hashchange', () => {
    change({ route: currentRoute(), answer: undefined });
    // A screen reader tells the heading of the view, and Tab goes on from there.
    document.querySelector('h1')?.focus();
  });
}

export function linkTo(view: string, values?: Readonly<Record<string, string>>): string {
  return values === undefined ? `#/${view}` : `#/${view}?${new URLSearchParams(values)}`;
}

/** Changes filter or order in the address. The view stays the same, so "back" does not stop at each letter. */
export function refine(name: string, value: string): void {
  const route = new URL(state.route);
  if (value === '') route.searchParams.delete(name);
  else route.searchParams.set(name, value);
  history.replaceState(null, '', `#${route.pathname}${route.search}`);
  change({ route });
}

/** Holds the page as it is, or lets it go on. */
export function pause(): void {
  change({ connection: state.connection === 'paused' ? 'connecting' : 'paused' });
  follow();
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
  keepAsking();
}

/** Listens while the page is seen and not paused: a browser has only six connections for one address. */
function follow(): void {
  leave?.();
  const isFollowed = state.connection !== 'paused' && document.visibilityState !== 'hidden';
  leave = isFollowed ? listen(change) : undefined;
}

/** Asks anew for each overview and address, one question at a time. While the server is away, what was shown stays. */
async function keepAsking(): Promise<void> {
  const { route, overview } = state;
  const isAsked = asked?.route === route && asked.overview === overview;
  if (isAsking || isAsked || !ASKING.includes(route.pathname)) return;
  isAsking = true;
  asked = state;
  const answer = await ask(`${route.pathname}${route.search}`);
  isAsking = false;
  change(answer !== undefined && state.route === route ? { answer } : {});
}

function currentRoute(): URL {
  return new URL(`${location.origin}/${location.hash.slice(2)}`);
}
