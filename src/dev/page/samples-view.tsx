import { clock, count, line, millis, rough, say, type Word } from './language.ts';
import type { OperationSamples } from './page-data.ts';
import { linkTo, type Shown } from './state.ts';
import { type Column, figures, Table } from './table.tsx';

type Sample = OperationSamples['samples'][number];

/** The samples of one name, those with errors first; the newest first, or the slowest. */
export function SamplesView({ overview, values, answer }: Shown<OperationSamples>) {
  const [app, name] = [values.get('app') ?? '', values.get('name') ?? ''];
  const { operations = [] } = overview.apps.find(({ appId }) => appId === app) ?? {};
  const operation = operations.find((each) => each.name === name);
  const order = values.get('order') ?? 'time';
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1} class="code">
          <bdi>{name}</bdi>
        </h1>
        <a href={linkTo('app', { app })}>
          <bdi>{app}</bdi>
        </a>
      </div>
      {answer === null && <p class="note">{say('unknownName')}</p>}
      {operation !== undefined && (
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
      {section('errorSamples', answer?.errorSamples, COLUMNS, order)}
      {section(
        'samples',
        answer?.samples,
        COLUMNS.filter(({ title }) => title !== 'error'),
        order,
      )}
    </div>
  );
}

function section(
  title: Word,
  samples: readonly Sample[] = [],
  columns: readonly Column<Sample>[],
  order: string,
) {
  return (
    <section>
      <h2>{say(title)}</h2>
      {samples.length === 0 && <p class="note">{say('noSamples')}</p>}
      <Table
        label={say(title)}
        columns={columns}
        items={samples}
        keyOf={({ Id, StartTime }) => `${Id} ${StartTime}`}
        order={order}
      />
    </section>
  );
}

const COLUMNS: readonly Column<Sample>[] = [
  {
    title: 'time',
    look: 'code',
    by: ({ StartTime }) => StartTime,
    cell: ({ StartTime }) => clock(StartTime),
  },
  figures('cost', ({ StartTime, EndTime }) => EndTime - StartTime, millis),
  { title: 'tag', look: 'code long', cell: ({ Tag }) => <bdi>{Tag}</bdi> },
  { title: 'error', look: 'code long', isBad: () => true, cell: (sample) => <bdi>{sample.Error}</bdi> },
  {
    title: 'trace',
    look: 'code id',
    cell: ({ TraceId }) =>
      TraceId !== '' && (
        <a href={linkTo('trace', { id: TraceId })}>
          <bdi>{TraceId}</bdi>
        </a>
      ),
  },
  { title: 'id', look: 'code id', cell: ({ Id }) => <bdi>{Id}</bdi> },
  { title: 'parent', look: 'code id', cell: ({ ParentId }) => <bdi>{ParentId}</bdi> },
];
