import { Choice, choicesOf, Form, Input, onFiltered } from './field.tsx';
import { clock, count, millis, say } from './language.ts';
import type { TraceSummary } from './page-data.ts';
import { linkTo, type Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';

/** The traces of which samples were kept, by what they must have. */
export function TracesView({ overview, values, answer }: Shown<readonly TraceSummary[]>) {
  const wanted = (name: string) => values.get(name) ?? '';
  const isFiltered = ['app', 'name', 'least', 'failed'].some(wanted);
  const search = (filled: FormData) => {
    const id = String(filled.get('id')).trim();
    if (id !== '') location.hash = linkTo('trace', { id });
  };
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('traces')}</h1>
        <Form label="traceById" button="open" onFilled={search} class="search">
          <Input label="traceById" name="id" maxLength={50} />
        </Form>
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
  { ...figures('started', ({ startMs }) => startMs, clock), look: 'code' },
  { title: 'name', heads: true, look: 'code', cell: ({ name, traceId: id }) => link(name, 'trace', { id }) },
  { title: 'apps', cell: ({ apps }) => <bdi>{apps.join(', ')}</bdi> },
  figures('duration', ({ durationMs }) => durationMs, millis),
  figures('spans', ({ spans }) => spans, count),
  { ...figures('errors', ({ errors }) => errors, count), isBad: ({ errors }) => errors > 0 },
  { title: 'trace', look: 'code id', cell: ({ traceId }) => <bdi>{traceId}</bdi> },
];
