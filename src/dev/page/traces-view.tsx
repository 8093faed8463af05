import { Choice, choicesOf, Input, onFiltered, onSubmitted } from './field.tsx';
import { clock, count, millis, say } from './language.ts';
import type { TraceSummary } from './page-data.ts';
import { linkTo, type Shown } from './state.ts';
import { type Column, failures, figures, Table } from './table.tsx';

/** The traces of which samples were kept, by what they must have. */
export function TracesView({ overview, values, answer }: Shown<readonly TraceSummary[]>) {
  const wanted = (name: string) => values.get(name) ?? '';
  const isFiltered = ['app', 'name', 'least', 'failed'].some((name) => wanted(name) !== '');
  const search = onSubmitted((filled) => {
    const id = String(filled.get('id')).trim();
    if (id !== '') location.hash = linkTo('trace', { id });
  });
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('traces')}</h1>
        <form class="search" aria-label={say('traceById')} onSubmit={search}>
          <Input label="traceById" name="id" maxLength={50} />
          <button type="submit">{say('open')}</button>
        </form>
      </div>
      <fieldset class="filters" onInput={onFiltered}>
        <legend class="unseen">{say('filter')}</legend>
        <Choice label="app" name="app" value={wanted('app')} options={choicesOf(overview.apps)} />
        <Input label="filter" type="search" name="name" value={wanted('name')} />
        <Input label="least" unit="millis" type="number" name="least" min={0} value={wanted('least')} />
        <Input label="failedOnly" type="checkbox" name="failed" checked={wanted('failed') !== ''} />
      </fieldset>
      {answer?.length === 0 && <p class="note">{say(isFiltered ? 'noMatch' : 'noTraces')}</p>}
      <Table
        label={say('traces')}
        columns={COLUMNS}
        items={answer ?? []}
        keyOf={({ traceId }) => traceId}
        order={wanted('order') || 'started'}
      />
    </div>
  );
}

const COLUMNS: readonly Column<TraceSummary>[] = [
  { title: 'started', look: 'code', by: ({ startMs }) => startMs, cell: ({ startMs }) => clock(startMs) },
  {
    title: 'name',
    heads: true,
    look: 'code',
    cell: ({ name, traceId }) => (
      <a href={linkTo('trace', { id: traceId })}>
        <bdi>{name}</bdi>
      </a>
    ),
  },
  { title: 'apps', cell: ({ apps }) => <bdi>{apps.join(', ')}</bdi> },
  figures('duration', ({ durationMs }) => durationMs, millis),
  figures('spans', ({ spans }) => spans, count),
  failures(
    ({ errors }) => errors,
    ({ errors }) => count(errors),
  ),
  { title: 'trace', look: 'code id', cell: ({ traceId }) => <bdi>{traceId}</bdi> },
];
