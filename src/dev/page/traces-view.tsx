import { choicesOf, Field, Form, onFiltered } from './field.tsx';
import { clock, count, millis, say } from './language.ts';
import type { TraceSummary } from './page-data.ts';
import { linkTo, type Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';

/** The traces of which samples were kept, by what they must have. */
export function TracesView({ overview, values, answer }: Shown<readonly TraceSummary[]>) {
  const wanted = (name: string) => values.get(name) ?? '';
  const isFiltered = ['app', 'name', 'least', 'failed'].some(wanted);
  const search = ({ id }: Record<'id', string>) => location.assign(linkTo('trace', { id: id.trim() }));
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('traces')}</h1>
        <Form label="traceById" button="open" onFilled={search}>
          <Field label="traceById" name="id" maxLength={50} required />
        </Form>
      </div>
      <fieldset class="filters" onInput={onFiltered}>
        <legend class="unseen">{say('filter')}</legend>
        <Field label="app" value={wanted('app')} options={choicesOf(overview.apps)} />
        <Field label="filter" type="search" name="name" value={wanted('name')} />
        <Field label="least" unit="millis" range={[0]} value={wanted('least')} />
        <Field label="failedOnly" type="checkbox" name="failed" checked={wanted('failed') !== ''} />
      </fieldset>
      <Table
        label={say('traces')}
        columns={COLUMNS}
        items={answer}
        empty={say(isFiltered ? 'noMatch' : 'noTraces')}
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
