import { bytes, clock, count, say } from './language.ts';
import type { CallOverview, Overview } from './page-data.ts';
import { linkTo } from './route.ts';
import { type Column, Table } from './table.tsx';

/** The last calls of all apps. */
export function CallsView({ overview: { calls } }: { readonly overview: Overview }) {
  return (
    <div>
      <h1 tabIndex={-1}>{say('calls')}</h1>
      {calls.length === 0 && <p class="note">{say('noCalls')}</p>}
      <Table label={say('calls')} columns={COLUMNS} items={calls} keyOf={({ number }) => String(number)} />
    </div>
  );
}

/** The verdict on a call: the code in its answer, else the status. */
export function answerOf({ status, code }: CallOverview): string {
  if (status === undefined) return say('noAnswer');
  return code === undefined ? `HTTP ${status}` : `${status} · ${code}`;
}

export function wentWell({ status, code }: CallOverview): boolean {
  return status === 200 && (code === 0 || code === 200);
}

const COLUMNS: readonly Column<CallOverview>[] = [
  { key: 'time', title: say('time'), className: () => 'code', cell: ({ atMs }) => clock(atMs) },
  {
    key: 'call',
    title: say('call'),
    head: true,
    className: () => 'code',
    cell: ({ number, method, path }) => (
      <a href={linkTo('call', { number: String(number) })}>
        <bdi>{`${method} ${path}`}</bdi>
      </a>
    ),
  },
  { key: 'app', title: say('app'), cell: ({ appId }) => <bdi>{appId}</bdi> },
  {
    key: 'builders',
    title: say('builders'),
    figure: true,
    cell: ({ builders }) => (builders === undefined ? '' : count(builders)),
  },
  { key: 'bytes', title: say('bytes'), figure: true, cell: (call) => bytes(call.bytes) },
  {
    key: 'answer',
    title: say('answer'),
    className: (call) => (wentWell(call) ? 'code' : 'code bad'),
    cell: answerOf,
  },
];
