import { field } from './field.tsx';
import { clock, count, millis, say } from './language.ts';
import { useAsked } from './live.ts';
import type { Overview, TraceSummary } from './page-data.ts';
import { linkTo, refine } from './route.ts';
import { type Column, Table } from './table.tsx';

interface Properties {
  readonly overview: Overview;
  readonly values: URLSearchParams;
}

/** What traces can be narrowed to, as the address and the server name it. */
const FILTERS = ['app', 'name', 'least', 'failed', 'order'] as const;

/** The traces of which samples were kept, by what they must have. */
export function TracesView({ overview, values }: Properties) {
  const wanted = Object.fromEntries(FILTERS.map((key) => [key, values.get(key) ?? '']));
  const isFiltered = FILTERS.some((key) => key !== 'order' && wanted[key] !== '');
  const traces = useAsked<TraceSummary[]>(overview, 'traces', wanted);
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const id = new FormData(event.currentTarget as HTMLFormElement).get('id');
    if (typeof id === 'string' && id.trim() !== '') location.hash = linkTo('trace', { id: id.trim() });
  };
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('traces')}</h1>
        <form class="filter" aria-label={say('traceById')} onSubmit={search}>
          {field(say('traceById'), <input name="id" autocomplete="off" spellcheck={false} maxLength={50} />)}
          <button type="submit">{say('open')}</button>
        </form>
      </div>
      <fieldset class="filters">
        <legend class="unseen">{say('filter')}</legend>
        {field(
          say('app'),
          <select value={wanted.app} onChange={({ currentTarget }) => refine({ app: currentTarget.value })}>
            <option value="">{say('allApps')}</option>
            {overview.apps.map(({ appId }) => (
              <option key={appId} value={appId}>
                {appId}
              </option>
            ))}
          </select>,
        )}
        {field(
          say('filter'),
          <input
            type="search"
            value={wanted.name}
            onInput={({ currentTarget }) => refine({ name: currentTarget.value })}
          />,
        )}
        {field(
          say('least'),
          <input
            type="number"
            min={0}
            value={wanted.least}
            onInput={({ currentTarget }) => refine({ least: currentTarget.value })}
          />,
          say('millis'),
        )}
        {field(
          say('failedOnly'),
          <input
            type="checkbox"
            checked={wanted.failed === 'true'}
            onChange={({ currentTarget }) => refine({ failed: currentTarget.checked ? 'true' : '' })}
          />,
        )}
      </fieldset>
      {traces?.length === 0 && <p class="note">{say(isFiltered ? 'noMatch' : 'noTraces')}</p>}
      <Table
        label={say('traces')}
        columns={COLUMNS}
        items={traces ?? []}
        keyOf={({ traceId }) => traceId}
        order={wanted.order === '' ? 'startMs' : (wanted.order ?? '')}
        onOrder={(order) => refine({ order })}
      />
    </div>
  );
}

const COLUMNS: readonly Column<TraceSummary>[] = [
  {
    key: 'startMs',
    title: say('started'),
    className: () => 'code',
    by: ({ startMs }) => startMs,
    cell: ({ startMs }) => clock(startMs),
  },
  {
    key: 'name',
    title: say('name'),
    head: true,
    className: () => 'code',
    cell: ({ name }) => <bdi>{name}</bdi>,
  },
  { key: 'apps', title: say('apps'), cell: ({ apps }) => <bdi>{apps.join(', ')}</bdi> },
  {
    key: 'durationMs',
    title: say('duration'),
    figure: true,
    by: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => millis(durationMs),
  },
  {
    key: 'spans',
    title: say('spans'),
    figure: true,
    by: ({ spans }) => spans,
    cell: ({ spans }) => count(spans),
  },
  {
    key: 'errors',
    title: say('errors'),
    figure: true,
    className: ({ errors }) => (errors > 0 ? 'bad' : ''),
    by: ({ errors }) => errors,
    cell: ({ errors }) => count(errors),
  },
  {
    key: 'trace',
    title: say('trace'),
    className: () => 'id',
    cell: ({ traceId }) => (
      <a class="code" href={linkTo('trace', { id: traceId })}>
        <bdi>{traceId}</bdi>
      </a>
    ),
  },
];
