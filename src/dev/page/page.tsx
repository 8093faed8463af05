// The page of the stand-in server: what arrived, live, and what the server answers. Runs in the browser.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AppsList } from './apps-list.tsx';
import { CallView } from './call-view.tsx';
import { CallsView } from './calls-view.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { LANGUAGE, say } from './language.ts';
import { useLive } from './live.ts';
import { OperationsView } from './operations-view.tsx';
import type { Control, Overview } from './page-data.ts';
import { linkTo, type Route, useRoute } from './route.ts';
import { SamplesView } from './samples-view.tsx';
import { order } from './server.ts';
import { TraceView } from './trace-view.tsx';
import { TracesView } from './traces-view.tsx';

const TABS = [
  { words: 'operations', view: '', views: ['', 'app', 'operation'] },
  { words: 'traces', view: 'traces', views: ['traces', 'trace'] },
  { words: 'calls', view: 'calls', views: ['calls', 'call'] },
] as const;

function Page() {
  const route = useRoute();
  const [paused, setPaused] = useState(false);
  const { connection, overview, nowMs } = useLive(paused);
  const [outcome, setOutcome] = useState({ text: '', failed: false });
  const isOfApps = TABS[0].views.some((view) => view === route.view);
  const app = isOfApps ? (route.values.get('app') ?? '') : undefined;
  const [scope, choose] = useState(app ?? '');
  useEffect(() => {
    if (app !== undefined) choose(app);
  }, [app]);
  useFocusedHeading(route);
  const act = async (control: Control, done: string) => {
    const reason = await order(control);
    setOutcome({
      text: reason === undefined ? done : say('failed', { reason }),
      failed: reason !== undefined,
    });
  };
  return (
    <>
      <header>
        <p class="brand">
          <img src="/icon.svg" alt="" width={22} height={22} />
          {say('product')}
        </p>
        <nav class="tabs" aria-label={say('views')}>
          {TABS.map(({ words, view, views }) => (
            <a
              key={view}
              href={linkTo(view)}
              aria-current={views.some((each) => each === route.view) ? 'page' : undefined}
            >
              {say(words)}
            </a>
          ))}
        </nav>
        <code>{location.origin}</code>
        <button type="button" class="quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {say('pause')}
        </button>
        <p role="status" class="connection" data-connection={connection}>
          {say(paused ? 'paused' : connection)}
        </p>
      </header>
      <AppsList overview={overview} nowMs={nowMs} chosen={app} />
      <main>{overview !== undefined && <View {...{ route, overview, nowMs, act }} />}</main>
      <ControlsPanel {...{ overview, scope, choose, outcome, act }} />
    </>
  );
}

function View({
  route: { view, values },
  overview,
  nowMs,
  act,
}: {
  readonly route: Route;
  readonly overview: Overview;
  readonly nowMs: number;
  readonly act: (control: Control, done: string) => void;
}) {
  switch (view) {
    case 'operation':
      return <SamplesView overview={overview} values={values} />;
    case 'traces':
      return <TracesView overview={overview} values={values} />;
    case 'trace':
      return <TraceView key={values.get('id')} overview={overview} values={values} />;
    case 'calls':
      return <CallsView overview={overview} />;
    case 'call':
      return <CallView overview={overview} values={values} />;
    default:
      return (
        <OperationsView
          {...{ overview, nowMs, values }}
          exclude={(appId, name) => act({ do: 'exclude', appId, name }, say('nameExcluded', { name }))}
        />
      );
  }
}

/** After a move, so that a screen reader tells what has come, and Tab goes on from there. */
function useFocusedHeading({ view, values }: Route): void {
  const subject = ['app', 'name', 'id', 'number'].map((key) => (view === 'traces' ? '' : values.get(key)));
  const place = [view, ...subject].join('\n');
  const [came, setCame] = useState(place);
  useEffect(() => {
    const heading = document.querySelector('h1');
    document.title = `${heading?.textContent ?? say('operations')} – ${say('product')}`;
    if (came === place || heading === null) return;
    setCame(place);
    heading.focus();
  });
}

document.documentElement.lang = LANGUAGE;
render(<Page />, document.body);
