import { clock, count, line, millis, rough, say, type Word } from './language.ts';
import type { OperationSamples } from './page-data.ts';
import type { Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';

type Sample = OperationSamples['samples'][number];

/** The samples of one name, those with errors first; the newest first, or the slowest. */
export function SamplesView({ overview, values, answer }: Shown<OperationSamples>) {
  const [app, name] = [values.get('app') ?? '', values.get('name') ?? ''];
  const { operations = [] } = overview.apps.find(({ appId }) => appId === app) ?? {};
  const operation = operations.find((each) => each.name === name);
  const section = (title: Word, samples: readonly Sample[], columns = COLUMNS) => (
    <section>
      <h2>{say(title)}</h2>
      <Table
        label={say(title)}
        columns={columns}
        items={samples}
        empty={say('noSamples')}
        keyOf={({ Id, StartTime }) => `${Id} ${StartTime}`}
        order={values.get('order') ?? 'time'}
      />
    </section>
  );
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1} class="code">
          <bdi>{name}</bdi>
        </h1>
        {link(app, 'app', { app })}
      </div>
      {answer === null && <p class="note">{say('unknownName')}</p>}
      {operation && (
        <p class="facts">
          {line(
            `${say('perMinute')} ${rough(operation.perMinute)}`,
            `${say('total')} ${count(operation.total)}`,
            `${say('errors')} ${count(operation.errors)}`,
            `${say('average')} ${millis(operation.averageMs)}`,
            `${say('max')} ${millis(operation.maxMs)}`,
          )}
        </p>
      )}
      {answer && section('errorSamples', answer.errorSamples)}
      {answer && section('samples', answer.samples, WITHOUT_ERROR)}
    </div>
  );
}

const COLUMNS: readonly Column<Sample>[] = [
  { ...figures('time', ({ StartTime }) => StartTime, clock), look: 'code' },
  figures('cost', ({ StartTime, EndTime }) => EndTime - StartTime, millis),
  { title: 'tag', look: 'code long', cell: ({ Tag }) => <bdi>{Tag}</bdi> },
  { title: 'error', look: 'code long bad', cell: (sample) => <bdi>{sample.Error}</bdi> },
  { title: 'trace', look: 'code id', cell: ({ TraceId: id }) => id !== '' && link(id, 'trace', { id }) },
  { title: 'id', look: 'code id', cell: ({ Id }) => <bdi>{Id}</bdi> },
  { title: 'parent', look: 'code id', cell: ({ ParentId }) => <bdi>{ParentId}</bdi> },
];
const WITHOUT_ERROR = COLUMNS.filter(({ title }) => title !== 'error');
