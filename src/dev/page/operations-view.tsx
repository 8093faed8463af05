import type { WireSample } from '../../wire/report-forms.ts';
import { Filter } from './form.tsx';
import { age, bytes, clock, count, line, millis, rough, say, type Word } from './language.ts';
import { type AppOverview, MAX_NAME_UNITS, type Operation, type OperationSamples } from './page-data.ts';
import { button, figures, type List, link, Table, View } from './parts.tsx';
import { act, inAddress, type Shown } from './state.ts';

/** The operations of one app, or of each. */
export function OperationsView({ overview: { apps, nowMs }, app }: Shown) {
  const shown = apps.filter(({ appId }) => !app || appId === app);
  return (
    <View title={app || say('allApps')} beside={<Filter label="filter" type="search" />}>
      {apps.length === 0 && <p class="empty">{say('noApps', { address: location.origin })}</p>}
      {apps.length > 0 && shown.length === 0 && <p class="note">{say('unknownApp')}</p>}
      {shown.map((app) => sectionOf(app, nowMs))}
    </View>
  );
}

/** One operation with its samples, those with errors first; the newest first, or the slowest. */
export function OperationView({ overview: { apps }, answer, app = '' }: Shown<OperationSamples>) {
  const name = inAddress('name');
  const operation = apps.find(({ appId }) => appId === app)?.operations.find((each) => each.name === name);
  return (
    <View title={name} beside={link(app, 'app', { app })}>
      {answer === null && <p class="note">{say('unknownName')}</p>}
      {operation && <Table {...operationsOf(app)} label={name} items={[operation]} order={undefined} />}
      {answer && samplesSection('errorSamples', answer.errorSamples)}
      {answer && samplesSection('samples', answer.samples, WITHOUT_ERROR)}
    </View>
  );
}

function sectionOf(app: AppOverview, nowMs: number) {
  const { appId, appName, operations, moreOperations, excluded, limits } = app;
  const wanted = inAddress('filter').trim().toLowerCase();
  const fitting = operations.filter(({ name }) => name.toLowerCase().includes(wanted));
  const empty = say(operations.length === 0 ? 'noOperations' : 'noMatch');
  return (
    <section key={appId} aria-label={appId}>
      <h2>{appName === '' || appName === appId ? appId : `${appName} (${appId})`}</h2>
      <p class="facts">{factsOf(app, nowMs)}</p>
      <p class="facts">{say('limitsOf', { ...limits, timeout: millis(limits.timeout) })}</p>
      <Table {...operationsOf(appId)} label={appId} items={fitting} empty={empty} />
      {excluded > 0 && <p class="note">{say('excluded', { n: count(excluded) })}</p>}
      {moreOperations > 0 && <p class="note">{say('moreOperations', { n: count(moreOperations) })}</p>}
    </section>
  );
}

function factsOf({ version, reports, lastReportMs, dropped, ...app }: AppOverview, nowMs: number): string {
  const received = { instances: count(app.clientCount), reports: count(reports), bytes: bytes(app.bytes) };
  return line(
    version,
    say('received', received),
    lastReportMs === undefined ? say('noReport') : say('lastReport', { ago: age(nowMs - lastReportMs) }),
    dropped > 0 && say('dropped', { n: count(dropped) }),
  );
}

function operationsOf(app: string): List<Operation> {
  const toSamples = (name: string, text: string, title?: Word, order = {}) =>
    link(text, 'operation', { app, name, ...order }, title);
  const cutNote = ({ length: n }: string) =>
    n >= MAX_NAME_UNITS && <span class="note"> {say('cutName', { n })}</span>;
  const named = ({ name }: Operation) => [toSamples(name, name), cutNote(name)];
  const failed = ({ name, errors: n }: Operation) => (n > 0 ? toSamples(name, count(n), 'toErrors') : '0');
  const slowest = ({ name, maxMs }: Operation) =>
    toSamples(name, millis(maxMs), 'toSlowest', { order: 'cost' });
  const exclude = ({ name }: Operation) =>
    button('exclude', () => act({ do: 'exclude', appId: app, name }, say('nameExcluded', { name })), name);
  return {
    look: 'operations',
    order: 'total',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'name', scope: 'row', look: 'code', by: ({ name }) => name, cell: named },
      { title: 'kind', by: ({ kind }) => kind, cell: ({ kind }) => <bdi class="kind">{kind}</bdi> },
      figures('perMinute', ({ perMinute }) => perMinute, rough),
      figures('total', ({ total }) => total, count),
      { ...figures('errors', ({ errors: n }) => n, count), isBad: ({ errors: n }) => n > 0, cell: failed },
      figures('average', ({ averageMs }) => averageMs, millis),
      { ...figures('max', ({ maxMs }) => maxMs, millis), cell: slowest },
      { title: 'recent', cell: sparkLine },
      figures('samples', ({ samples, errorSamples }) => samples + errorSamples, count),
      { title: 'exclude', head: <span class="unseen">{say('exclude')}</span>, cell: exclude },
    ],
  };
}

/** The calls of the last periods as a line, and those with errors as marks below it. */
function sparkLine({ recent, recentErrors }: Operation) {
  const most = Math.max(...recent, 0);
  const [right, bottom] = [Math.max(recent.length - 1, 1), Math.max(most, 1)];
  const points = recent.map((total, index) => `${index},${bottom - total}`).join(' ');
  const marks = recentErrors.map((n, index) => (n > 0 ? `M${index} ${bottom}v${bottom / -4}` : '')).join('');
  const label = say('recentOf', { n: recent.length, max: count(most), last: count(recent.at(-1) ?? 0) });
  const box = { width: 92, height: 18, viewBox: `0 0 ${right} ${bottom}`, preserveAspectRatio: 'none' };
  return (
    <svg {...box} role="img" aria-label={label}>
      <polygon fill="var(--accent-soft)" points={`0,${bottom} ${points} ${right},${bottom}`} />
      <polyline fill="none" stroke="var(--accent)" stroke-width={1.4} points={points} />
      <path stroke="var(--bad)" stroke-width={2.5} d={marks} />
    </svg>
  );
}

const SAMPLES: List<WireSample> = {
  order: 'time',
  keyOf: ({ Id, StartTime }) => `${Id} ${StartTime}`,
  columns: [
    { ...figures('time', ({ StartTime }) => StartTime, clock), look: 'code' },
    figures('cost', ({ StartTime, EndTime }) => EndTime - StartTime, millis),
    { title: 'tag', look: 'code long', cell: ({ Tag }) => <bdi>{Tag}</bdi> },
    { title: 'error', look: 'code long bad', cell: (sample) => <bdi>{sample.Error}</bdi> },
    { title: 'trace', look: 'code id', cell: ({ TraceId: id }) => id !== '' && link(id, 'trace', { id }) },
    { title: 'id', look: 'code id', cell: ({ Id }) => <bdi>{Id}</bdi> },
    { title: 'parent', look: 'code id', cell: ({ ParentId }) => <bdi>{ParentId}</bdi> },
  ],
};
const WITHOUT_ERROR = SAMPLES.columns.filter(({ title }) => title !== 'error');

function samplesSection(title: Word, samples: readonly WireSample[], columns = SAMPLES.columns) {
  return (
    <section>
      <h2>{say(title)}</h2>
      <Table {...SAMPLES} columns={columns} label={say(title)} items={samples} empty={say('noSamples')} />
    </section>
  );
}
