import { age, bytes, count, line, millis, rough, say } from './language.ts';
import { type AppOverview, MAX_NAME_UNITS, type Operation, type Overview } from './page-data.ts';
import { linkTo, refine } from './route.ts';
import { SparkLine } from './spark-line.tsx';
import { type Column, Table } from './table.tsx';

type Exclude = (appId: string, name: string) => void;

interface Properties {
  readonly overview: Overview;
  readonly nowMs: number;
  readonly values: URLSearchParams;
  readonly exclude: Exclude;
}

/** The operations of one app, or of each. */
export function OperationsView({ overview, nowMs, values, exclude }: Properties) {
  const chosen = values.get('app');
  const filter = values.get('filter') ?? '';
  const order = values.get('order') ?? 'total';
  const apps = overview.apps.filter(({ appId }) => chosen === null || appId === chosen);
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{chosen === null ? say('allApps') : <bdi>{chosen}</bdi>}</h1>
        <label class="filter">
          <span>{say('filter')}</span>
          <input
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={filter}
            onInput={({ currentTarget }) => refine({ filter: currentTarget.value })}
          />
        </label>
      </div>
      {overview.apps.length === 0 && (
        <div class="empty">
          <p>{say('noApps')}</p>
          <p class="code">{say('noAppsHint', { address: location.origin })}</p>
        </div>
      )}
      {overview.apps.length > 0 && apps.length === 0 && <p class="note">{say('unknownApp')}</p>}
      {apps.map((app) => (
        <AppSection key={app.appId} {...{ app, nowMs, filter, order, exclude }} />
      ))}
    </div>
  );
}

function AppSection({
  app,
  nowMs,
  filter,
  order,
  exclude,
}: {
  readonly app: AppOverview;
  readonly nowMs: number;
  readonly filter: string;
  readonly order: string;
  readonly exclude: Exclude;
}) {
  const { appId, appName, operations } = app;
  const wanted = filter.trim().toLowerCase();
  const fitting = operations.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <section aria-label={appId}>
      <h2>
        <bdi>{appName === '' || appName === appId ? appId : `${appName} (${appId})`}</bdi>
      </h2>
      <p class="facts">{factsOf(app, nowMs)}</p>
      <p class="facts">{limitsOf(app)}</p>
      <Table
        label={appId}
        className="operations"
        columns={columnsOf(appId, exclude)}
        items={fitting}
        keyOf={({ name }) => name}
        order={order}
        onOrder={(key) => refine({ order: key })}
      />
      <p class="note">{notesOf(app, fitting.length)}</p>
    </section>
  );
}

function columnsOf(appId: string, exclude: Exclude): readonly Column<Operation>[] {
  const samples = (name: string, order = '') =>
    linkTo('operation', { app: appId, name, ...(order === '' ? {} : { order }) });
  return [
    {
      key: 'name',
      title: say('name'),
      head: true,
      className: () => 'code',
      by: ({ name }) => name,
      cell: ({ name }) => (
        <>
          <a href={samples(name)}>
            <bdi>{name}</bdi>
          </a>
          {name.length >= MAX_NAME_UNITS && (
            <span class="note"> {say('cutName', { n: MAX_NAME_UNITS })}</span>
          )}
        </>
      ),
    },
    {
      key: 'kind',
      title: say('kind'),
      by: ({ kind }) => kind,
      cell: ({ kind }) => <bdi class="kind">{kind}</bdi>,
    },
    {
      key: 'perMinute',
      title: say('perMinute'),
      figure: true,
      by: ({ perMinute }) => perMinute,
      cell: ({ perMinute }) => rough(perMinute),
    },
    {
      key: 'total',
      title: say('total'),
      figure: true,
      by: ({ total }) => total,
      cell: ({ total }) => count(total),
    },
    {
      key: 'errors',
      title: say('errors'),
      figure: true,
      className: ({ errors }) => (errors > 0 ? 'bad' : ''),
      by: ({ errors }) => errors,
      cell: ({ name, errors }) =>
        errors === 0 ? (
          count(errors)
        ) : (
          <a href={samples(name)} title={say('toErrors')}>
            {count(errors)}
          </a>
        ),
    },
    {
      key: 'average',
      title: say('average'),
      figure: true,
      by: ({ averageMs }) => averageMs,
      cell: ({ averageMs }) => millis(averageMs),
    },
    {
      key: 'max',
      title: say('max'),
      figure: true,
      by: ({ maxMs }) => maxMs,
      cell: ({ name, maxMs }) => (
        <a href={samples(name, 'cost')} title={say('toSlowest')}>
          {millis(maxMs)}
        </a>
      ),
    },
    {
      key: 'recent',
      title: say('recent'),
      cell: ({ recent, recentErrors }) => <SparkLine calls={recent} errors={recentErrors} />,
    },
    {
      key: 'samples',
      title: say('samples'),
      figure: true,
      cell: (operation) => count(operation.samples + operation.errorSamples),
    },
    {
      key: 'exclude',
      title: say('exclude'),
      unseen: true,
      cell: ({ name }) => (
        <button
          type="button"
          class="quiet"
          aria-label={say('excludeName', { name })}
          onClick={() => exclude(appId, name)}
        >
          {say('exclude')}
        </button>
      ),
    },
  ];
}

function factsOf(app: AppOverview, nowMs: number): string {
  const { version, reports, clientCount, lastReportMs, dropped } = app;
  return line(
    version,
    clientCount === 1 ? say('instance') : say('instances', { n: count(clientCount) }),
    reports === 1 ? say('report') : say('reports', { n: count(reports) }),
    bytes(app.bytes),
    lastReportMs === undefined ? say('noReport') : say('lastReport', { ago: age(nowMs - lastReportMs) }),
    dropped === 0 ? '' : say('dropped', { n: count(dropped) }),
  );
}

function limitsOf({ limits }: AppOverview): string {
  const { period, maxSamples, maxErrors, timeout, maxTagLength } = limits;
  return say('limitsOf', { period, maxSamples, maxErrors, timeout: millis(timeout), maxTagLength });
}

function notesOf({ operations, moreOperations, excluded }: AppOverview, fitting: number): string {
  return [
    operations.length === 0 ? say('noOperations') : fitting === 0 ? say('noMatch') : '',
    excluded === 0 ? '' : say('excluded', { n: count(excluded) }),
    moreOperations === 0 ? '' : say('moreOperations', { n: count(moreOperations) }),
  ]
    .filter((note) => note !== '')
    .join(' ');
}
