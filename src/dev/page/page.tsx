// The page of the stand-in server: what arrived, live, and what the server answers. Runs in the browser.
import { type JSX, render } from 'preact';
import { CallsView, CallView } from './calls-view.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { age, count, LANGUAGE, say, type Word } from './language.ts';
import { OperationsView, OperationView } from './operations-view.tsx';
import { inAddress, linkTo, pause, type Shown, type State, start } from './state.ts';
import { TracesView, TraceView } from './traces-view.tsx';

const TABS = ['operations', 'traces', 'calls'] as const;
/** By their names in the address, each with its tab. A view is handed the answer to its own question. */
const VIEWS = new Map<string, readonly [tab: Word, view: (shown: Shown<never>) => JSX.Element]>([
  ['operation', ['operations', OperationView]],
  ['traces', ['traces', TracesView]],
  ['trace', ['traces', TraceView]],
  ['calls', ['calls', CallsView]],
  ['call', ['calls', CallView]],
]);

function Page({ route, connection, overview, answer, outcome }: State) {
  const [tab, View] = VIEWS.get(route.pathname.slice(1)) ?? ['operations', OperationsView];
  const app = tab === 'operations' ? inAddress('app') : undefined;
  const shown = overview && { overview, answer: answer as never, app };
  return (
    <>
      <header>
        <img src="/icon.svg" alt="" width={22} height={22} />
        <p class="brand">{say('product')}</p>
        <nav class="tabs" aria-label={say('views')}>
          {TABS.map((title) => (
            <a key={title} href={linkTo(title)} aria-current={title === tab || undefined}>
              {say(title)}
            </a>
          ))}
        </nav>
        <code>{location.origin}</code>
        <button type="button" aria-pressed={connection === 'paused'} onClick={pause}>
          {say('pause')}
        </button>
        <output data-connection={connection}>{say(connection)}</output>
      </header>
      {shown && <AppsList {...shown} />}
      <main>{shown && <View {...shown} />}</main>
      <aside class="controls" aria-label={say('controls')}>
        <output class={outcome?.failed ? 'bad' : ''}>{outcome?.text}</output>
        {shown && <ControlsPanel {...shown} />}
      </aside>
    </>
  );
}

/** The apps to choose from, each with how it is. */
function AppsList({ overview: { apps, moreApps, nowMs }, app }: Shown) {
  return (
    <nav class="apps" aria-label={say('apps')}>
      <a href={linkTo('')} aria-current={app === '' || undefined}>
        {say('allApps')}
      </a>
      <ul>
        {apps.map(({ appId, total, errors, lastReportMs }) => (
          <li key={appId}>
            <a href={linkTo('app', { app: appId })} aria-current={app === appId || undefined}>
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
  document.title = `${document.querySelector('h1')?.textContent ?? ''} – ${say('product')}`;
  // An element that moves loses the focus, which is given back.
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
});
