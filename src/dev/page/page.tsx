// The page of the stand-in server: what arrived, live, and what the server answers. Runs in the browser.
import { type JSX, render } from 'preact';
import { CallsView, CallView } from './calls-view.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { age, count, LANGUAGE, say, type Word } from './language.ts';
import { OperationsView } from './operations-view.tsx';
import type { Overview } from './page-data.ts';
import { SamplesView } from './samples-view.tsx';
import { linkTo, pause, type Shown, type State, start } from './state.ts';
import { TraceView } from './trace-view.tsx';
import { TracesView } from './traces-view.tsx';

/** The tabs, and the views that they lead to. */
const TABS = { operations: '', traces: 'traces', calls: 'calls' };
/** By their names in the address, each with its tab. A view is handed the answer to its own question. */
const VIEWS = new Map<string, readonly [keyof typeof TABS, (shown: Shown<never>) => JSX.Element]>([
  ['operation', ['operations', SamplesView]],
  ['traces', ['traces', TracesView]],
  ['trace', ['traces', TraceView]],
  ['calls', ['calls', CallsView]],
  ['call', ['calls', CallView]],
]);

function Page(state: State) {
  const { route, connection, overview, answer } = state;
  const [view, values] = [route.pathname.slice(1), route.searchParams];
  const [tab, View] = VIEWS.get(view) ?? ['operations', OperationsView];
  /** The app that is shown; empty for all, `undefined` if the view is of none. */
  const app = tab === 'operations' ? (values.get('app') ?? '') : undefined;
  return (
    <>
      <header>
        <p class="brand">
          <img src="/icon.svg" alt="" width={22} height={22} />
          {say('product')}
        </p>
        <nav class="tabs" aria-label={say('views')}>
          {Object.entries(TABS).map(([title, view]) => (
            <a key={title} href={linkTo(view)} aria-current={title === tab ? 'page' : undefined}>
              {say(title as Word)}
            </a>
          ))}
        </nav>
        <code>{location.origin}</code>
        <button type="button" class="quiet" aria-pressed={connection === 'paused'} onClick={pause}>
          {say('pause')}
        </button>
        <p role="status" class="connection" data-connection={connection}>
          {say(connection)}
        </p>
      </header>
      {overview && (
        <>
          {appsList(overview, app)}
          <main>
            <View values={values} overview={overview} answer={answer as never} />
          </main>
          <ControlsPanel {...state} overview={overview} shown={app} />
        </>
      )}
    </>
  );
}

/** The apps to choose from, each with how it is. */
function appsList({ apps, moreApps, nowMs }: Overview, chosen: string | undefined) {
  return (
    <nav class="apps" aria-label={say('apps')}>
      <a href={linkTo('')} aria-current={chosen === '' ? 'page' : undefined}>
        {say('allApps')}
      </a>
      <ul>
        {apps.map(({ appId, total, errors, lastReportMs }) => (
          <li key={appId}>
            <a href={linkTo('app', { app: appId })} aria-current={chosen === appId ? 'page' : undefined}>
              <bdi>{appId}</bdi>
              <span class="figure">{count(total)}</span>
              <span class="note">{lastReportMs !== undefined && age(nowMs - lastReportMs)}</span>
              <span class="figure bad">{errors > 0 && count(errors)}</span>
            </a>
          </li>
        ))}
      </ul>
      {moreApps > 0 && <p class="note">{say('moreApps', { n: count(moreApps) })}</p>}
    </nav>
  );
}

document.documentElement.lang = LANGUAGE;
start((state) => {
  const focused = document.activeElement;
  render(<Page {...state} />, document.body);
  const heading = document.querySelector('h1')?.textContent;
  document.title = `${heading ?? say('operations')} – ${say('product')}`;
  // An element that moves loses the focus, which is given back.
  const isLost = focused !== document.activeElement && focused?.isConnected;
  if (isLost && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
});
