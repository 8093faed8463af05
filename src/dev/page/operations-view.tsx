import { actButton, Field, onFiltered } from './field.tsx';
import { age, bytes, count, line, millis, rough, say, type Word } from './language.ts';
import { type AppOverview, MAX_NAME_UNITS, type Operation } from './page-data.ts';
import { sparkLine } from './spark-line.tsx';
import { act, type Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';

/** The operations of one app, or of each. */
export function OperationsView({ overview: { apps, nowMs }, values }: Shown) {
  const chosen = values.get('app');
  const shown = apps.filter(({ appId }) => chosen === null || appId === chosen);
  return (
    <div>
      <div class="bar" onInput={onFiltered}>
        <h1 tabIndex={-1}>{chosen === null ? say('allApps') : <bdi>{chosen}</bdi>}</h1>
        <Field label="filter" type="search" value={values.get('filter') ?? ''} />
      </div>
      {apps.length === 0 ? (
        <div class="empty">
          <p>{say('noApps')}</p>
          <p class="code">{say('noAppsHint', { address: location.origin })}</p>
        </div>
      ) : (
        shown.length === 0 && <p class="note">{say('unknownApp')}</p>
      )}
      {shown.map((app) => sectionOf(app, nowMs, values))}
    </div>
  );
}

function sectionOf(app: AppOverview, nowMs: number, values: URLSearchParams) {
  const { appId, appName, operations, moreOperations, excluded, limits } = app;
  const wanted = (values.get('filter') ?? '').trim().toLowerCase();
  const fitting = operations.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <section key={appId} aria-label={appId}>
      <h2>
        <bdi>{appName === '' || appName === appId ? appId : `${appName} (${appId})`}</bdi>
      </h2>
      <p class="facts">{factsOf(app, nowMs)}</p>
      <p class="facts">{say('limitsOf', { ...limits, timeout: millis(limits.timeout) })}</p>
      <Table
        label={appId}
        look="operations"
        columns={columnsOf(appId)}
        items={fitting}
        empty={say(operations.length === 0 ? 'noOperations' : 'noMatch')}
        keyOf={({ name }) => name}
        order={values.get('order') ?? 'total'}
      />
      {excluded > 0 && <p class="note">{say('excluded', { n: count(excluded) })}</p>}
      {moreOperations > 0 && <p class="note">{say('moreOperations', { n: count(moreOperations) })}</p>}
    </section>
  );
}

function columnsOf(app: string): readonly Column<Operation>[] {
  const samplesOf = (name: string, text: string, title?: Word, order = {}) =>
    link(text, 'operation', { app, name, ...order }, title);
  const exclude = (name: string) => act({ do: 'exclude', appId: app, name }, say('nameExcluded', { name }));
  return [
    {
      title: 'name',
      heads: true,
      look: 'code',
      by: ({ name }) => name,
      cell: ({ name }) => (
        <>
          {samplesOf(name, name)}
          {name.length >= MAX_NAME_UNITS && <span class="note"> {say('cutName', { n: name.length })}</span>}
        </>
      ),
    },
    { title: 'kind', by: ({ kind }) => kind, cell: ({ kind }) => <bdi class="kind">{kind}</bdi> },
    figures('perMinute', ({ perMinute }) => perMinute, rough),
    figures('total', ({ total }) => total, count),
    {
      ...figures('errors', ({ errors }) => errors, count),
      isBad: ({ errors }) => errors > 0,
      cell: ({ name, errors: n }) => (n === 0 ? count(n) : samplesOf(name, count(n), 'toErrors')),
    },
    figures('average', ({ averageMs }) => averageMs, millis),
    {
      ...figures('max', ({ maxMs }) => maxMs, millis),
      cell: ({ name, maxMs }) => samplesOf(name, millis(maxMs), 'toSlowest', { order: 'cost' }),
    },
    { title: 'recent', cell: sparkLine },
    figures('samples', ({ samples, errorSamples }) => samples + errorSamples, count),
    {
      title: 'exclude',
      head: <span class="unseen">{say('exclude')}</span>,
      cell: ({ name }) => actButton('exclude', () => exclude(name), say('excludeName', { name })),
    },
  ];
}

function factsOf({ version, lastReportMs, dropped, ...app }: AppOverview, nowMs: number): string {
  return line(
    version,
    say('instances', { n: count(app.clientCount) }),
    say('reports', { n: count(app.reports) }),
    bytes(app.bytes),
    lastReportMs === undefined ? say('noReport') : say('lastReport', { ago: age(nowMs - lastReportMs) }),
    dropped === 0 ? '' : say('dropped', { n: count(dropped) }),
  );
}
