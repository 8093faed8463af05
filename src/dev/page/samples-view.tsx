import { clock, count, line, millis, rough, say } from './language.ts';
import { useAsked } from './live.ts';
import type { OperationSamples, Overview } from './page-data.ts';
import { linkTo, refine } from './route.ts';
import { type Column, Table } from './table.tsx';

type Sample = OperationSamples['samples'][number];

interface Properties {
  readonly overview: Overview;
  readonly values: URLSearchParams;
}

/** The samples of one name, those with errors first; the newest first, or the slowest. */
export function SamplesView({ overview, values }: Properties) {
  const app = values.get('app') ?? '';
  const name = values.get('name') ?? '';
  const order = values.get('order') ?? 'time';
  const found = useAsked<OperationSamples | null>(overview, 'samples', { app, name });
  const { operations = [] } = overview.apps.find(({ appId }) => appId === app) ?? {};
  const operation = operations.find((each) => each.name === name);
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
      {found === null && <p class="note">{say('unknownName')}</p>}
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
      <SamplesSection title={say('errorSamples')} samples={found?.errorSamples} order={order} failed />
      <SamplesSection title={say('samples')} samples={found?.samples} order={order} />
    </div>
  );
}

function SamplesSection({
  title,
  samples = [],
  order,
  failed = false,
}: {
  readonly title: string;
  readonly samples: readonly Sample[] | undefined;
  readonly order: string;
  readonly failed?: boolean;
}) {
  return (
    <section>
      <h2>{title}</h2>
      {samples.length === 0 && <p class="note">{say('noSamples')}</p>}
      <Table
        label={title}
        columns={failed ? COLUMNS : COLUMNS.filter(({ key }) => key !== 'error')}
        items={samples}
        keyOf={({ Id, StartTime }) => `${Id} ${StartTime}`}
        order={order}
        onOrder={(key) => refine({ order: key })}
      />
    </section>
  );
}

const COLUMNS: readonly Column<Sample>[] = [
  {
    key: 'time',
    title: say('time'),
    className: () => 'code',
    by: ({ StartTime }) => StartTime,
    cell: ({ StartTime }) => clock(StartTime),
  },
  {
    key: 'cost',
    title: say('cost'),
    figure: true,
    by: ({ StartTime, EndTime }) => EndTime - StartTime,
    cell: ({ StartTime, EndTime }) => millis(EndTime - StartTime),
  },
  { key: 'tag', title: say('tag'), className: () => 'code long', cell: ({ Tag }) => <bdi>{Tag}</bdi> },
  {
    key: 'error',
    title: say('error'),
    className: () => 'code long bad',
    cell: ({ Error: error }) => <bdi>{error}</bdi>,
  },
  {
    key: 'trace',
    title: say('trace'),
    className: () => 'code id',
    cell: ({ TraceId }) =>
      TraceId !== '' && (
        <a href={linkTo('trace', { id: TraceId })}>
          <bdi>{TraceId}</bdi>
        </a>
      ),
  },
  { key: 'id', title: say('id'), className: () => 'code id', cell: ({ Id }) => <bdi>{Id}</bdi> },
  {
    key: 'parent',
    title: say('parent'),
    className: () => 'code id',
    cell: ({ ParentId }) => <bdi>{ParentId}</bdi>,
  },
];
