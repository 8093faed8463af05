// The page of the stand-in server: what arrived, live, and what the server answers. Runs in the browser.
import { AppsList } from './apps-list.ts';
import { CallView } from './call-view.ts';
import { CallsView } from './calls-view.ts';
import { ControlsPanel } from './controls-panel.ts';
import { el, setAttributes, setText } from './element.ts';
import { LANGUAGE, say } from './language.ts';
import { OperationsView } from './operations-view.ts';
import type { Overview } from './page-data.ts';
import { currentRoute, linkTo, type Route } from './route.ts';
import { SamplesView } from './samples-view.ts';
import { type Connection, listen } from './server.ts';
import { TraceView } from './trace-view.ts';
import { TracesView } from './traces-view.ts';
import type { View } from './view.ts';

const controls = new ControlsPanel();
const apps = new AppsList();
const main = el('main');
const status = el('p', { role: 'status', class: 'connection' }, say('connecting'));
const tabs = [
  { views: ['', 'app', 'operation'], link: el('a', { href: linkTo('') }, say('operations')) },
  { views: ['traces', 'trace'], link: el('a', { href: linkTo('traces') }, say('traces')) },
  { views: ['calls', 'call'], link: el('a', { href: linkTo('calls') }, say('calls')) },
];
let view: View | undefined;
let overview: Overview | undefined;
let serverAheadMs = 0;

document.documentElement.lang = LANGUAGE;
document.body.append(
  el(
    'header',
    {},
    el(
      'p',
      { class: 'brand' },
      el('img', { src: '/icon.svg', alt: '', width: 22, height: 22 }),
      say('product'),
    ),
    el('nav', { class: 'tabs', 'aria-label': say('views') }, ...tabs.map(({ link }) => link)),
    el('code', {}, location.origin),
    status,
  ),
  apps.element,
  main,
  controls.element,
);
open(false);
addEventListener('hashchange', () => open(true));
listen(
  (heard) => {
    overview = heard;
    serverAheadMs = heard.nowMs - Date.now();
    controls.show(heard);
    show();
  },
  (connection) => tell(connection),
);
setInterval(show, 1_000);

function open(moved: boolean): void {
  const route = currentRoute();
  view = viewOf(route);
  main.replaceChildren(view.element);
  document.title = `${view.title} – ${say('product')}`;
  for (const { views, link } of tabs) {
    setAttributes(link, { 'aria-current': views.includes(route.view) ? 'page' : undefined });
  }
  const ofApps = route.view === '' || route.view === 'app' || route.view === 'operation';
  const appId = route.values.get('app') ?? '';
  apps.choose(ofApps ? appId : undefined);
  if (ofApps) controls.choose(appId === '' ? undefined : appId);
  show();
  // So that a screen reader tells what has come, and Tab goes on from there.
  if (moved) main.querySelector('h1')?.focus();
}

function viewOf({ view: name, values }: Route): View {
  const value = (key: string) => values.get(key) ?? '';
  switch (name) {
    case 'operation':
      return new SamplesView(value('app'), value('name'));
    case 'traces':
      return new TracesView();
    case 'trace':
      return new TraceView(value('id'));
    case 'calls':
      return new CallsView();
    case 'call':
      return new CallView(value('number'));
    default:
      return new OperationsView(values.get('app') ?? undefined, (appId, each) =>
        controls.exclude(appId, each),
      );
  }
}

function show(): void {
  if (overview === undefined) return;
  const nowMs = Date.now() + serverAheadMs;
  apps.show(overview, nowMs);
  view?.show(overview, nowMs);
}

function tell(connection: Connection): void {
  setText(status, say(connection));
  status.dataset.connection = connection;
}
