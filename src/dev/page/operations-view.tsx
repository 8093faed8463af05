import { Input, onFiltered } from './field.tsx';
import { age, bytes, count, line, millis, rough, say } from './language.ts';
import { type AppOverview, MAX_NAME_UNITS, type Operation } from './page-data.ts';
import { SparkLine } from './spark-line.tsx';
import { act, linkTo, type Shown } from './state.ts';
import { type Column, failures, figures, Table } from './table.tsx';

/** The operations of one app, or of each. */
export function OperationsView({ overview, values }: Shown) {
  const chosen = values.get('app');
  const apps = overview.apps.filter(({ appId }) => chosen === null || appId === chosen);
  return (
    <div>
      <div class="bar" onInput={onFiltered}>
        <h1 tabIndex={-1}>{chosen === null ? say('allApps') : <bdi>{chosen}</bdi>}</h1>
        <Input label="filter" type="search" name="filter" value={values.get('filter') ?? ''} />
      </div>
      {overview.apps.length === 0 && (
        <div class="empty">
          <p>{say('noApps')}</p>
          <p class="code">{say('noAppsHint', { address: location.origin })}</p>
        </div>
      )}
      {overview.apps.length > 0 && apps.length === 0 && <p class="note">{say('unknownApp')}</p>}
      {apps.map((app) => (
        <AppSection key={app.appId} app={app} nowMs={overview.nowMs} values={values} />
      ))}
    </div>
  );
}

function AppSection({
  app,
  nowMs,
  values,
}: {
  readonly app: AppOverview;
  readonly nowMs: number;
  readonly values: URLSearchParams;
}) {
  const { appId, appName, operations } = app;
  const wanted = (values.get('filter') ?? '').trim().toLowerCase();
  const fitting = operations.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <section aria-label={appId}>
      <h2>
        <bdi>{appName === '' || appName === appId ? appId : `${appName} (${appId})`}</bdi>
      </h2>
      <p class="facts">{factsOf(app, nowMs)}</p>
      <p class="facts">{say('limitsOf', { ...app.limits, timeout: millis(app.limits.timeout) })}</p>
      <Table
        label={appId}
        look="operations"
        columns={columnsOf(appId)}
        items={fitting}
        keyOf={({ name }) => name}
        order={values.get('order') ?? 'total'}
      />
      <p class="note">{notesOf(app, fitting.length)}</p>
    </section>
  );
}

function columnsOf(app: string): readonly Column<Operation>[] {
  const samplesOf = (name: string, order = {}) => linkTo('operation', { app, name, ...order });
  const nameOf = ({ name }: Operation) => name;
  return [
    {
      title: 'name',
      heads: true,
      look: 'code',
      by: nameOf,
      cell: ({ name }) => (
        <>
          <a href={samplesOf(name)}>
            <bdi>{name}</bdi>
          </a>
          {name.length >= MAX_NAME_UNITS && (
            <span class="note"> {say('cutName', { n: MAX_NAME_UNITS })}</span>
          )}
        </>
      ),
    },
    { title: 'kind', by: ({ kind }) => kind, cell: ({ kind }) => <bdi class="kind">{kind}</bdi> },
    figures('perMinute', ({ perMinute }) => perMinute, rough),
    figures('total', ({ total }) => total, count),
    failures(
      ({ errors }) => errors,
      ({ name, errors }) =>
        errors === 0 ? (
          count(errors)
        ) : (
          <a href={samplesOf(name)} title={say('toErrors')}>
            {count(errors)}
          </a>
        ),
    ),
    figures('average', ({ averageMs }) => averageMs, millis),
    {
      ...figures('max', ({ maxMs }) => maxMs, millis),
      cell: ({ name, maxMs }) => (
        <a href={samplesOf(name, { order: 'cost' })} title={say('toSlowest')}>
          {millis(maxMs)}
        </a>
      ),
    },
    {
      title: 'recent',
      cell: ({ recent, recentErrors }) => <SparkLine calls={recent} errors={recentErrors} />,
    },
    figures('samples', ({ samples, errorSamples }) => samples + errorSamples, count),
    {
      title: 'exclude',
      head: <span class="unseen">{say('exclude')}</span>,
      cell: ({ name }) => (
        <button
          type="button"
          class="quiet"
          aria-label={say('excludeName', { name })}
          onClick={() => act({ do: 'exclude', appId: app, name }, say('nameExcluded', { name }))}
        >
          {say('exclude')}
        </button>
      ),
    },
  ];
}

function factsOf(
  { version, reports, clientCount, bytes: size, lastReportMs, dropped }: AppOverview,
  nowMs: number,
): string {
  return line(
    version,
    say('instances', { n: count(clientCount) }),
    say('reports', { n: count(reports) }),
    bytes(size),
    lastReportMs === undefined ? say('noReport') : say('lastReport', { ago: age(nowMs - lastReportMs) }),
    dropped === 0 ? '' : say('dropped', { n: count(dropped) }),
  );
}

function notesOf({ operations, moreOperations, excluded }: AppOverview, fitting: number): string {
  const notes = [
    operations.length === 0 ? say('noOperations') : fitting === 0 ? say('noMatch') : '',
    excluded === 0 ? '' : say('excluded', { n: count(excluded) }),
    moreOperations === 0 ? '' : say('moreOperations', { n: count(moreOperations) }),
  ];
  return notes.join(' ').trim();
}
