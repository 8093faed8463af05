import { bytes, clock, count, line, say, type Word } from './language.ts';
import type { CallDetails, CallOverview } from './page-data.ts';
import type { Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';

/** The last calls of all apps. */
export function CallsView({ overview: { calls } }: Shown) {
  return (
    <div>
      <h1 tabIndex={-1}>{say('calls')}</h1>
      <Table label={say('calls')} columns={COLUMNS} items={calls} empty={say('noCalls')} keyOf={keyOf} />
    </div>
  );
}

/** One call as it came in. */
export function CallView({ values, answer: call }: Shown<CallDetails>) {
  const headers = Object.entries(call?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('callNumber', { n: values.get('number') ?? '' })}</h1>
        {link(say('calls'), 'calls')}
      </div>
      {call === null && <p class="note">{say('gone')}</p>}
      {call && (
        <>
          <p class="facts">
            <bdi>{line(clock(call.atMs), nameOf(call), call.appId, bytes(call.bytes))}</bdi>
            {` · ${say('answer')}: `}
            <span class={failed(call) ? 'code bad' : 'code'}>{answerOf(call)}</span>
          </p>
          {block('body', call.body || say('emptyBody'))}
          {call.more > 0 && <p class="note">{say('moreBody', { n: count(call.more) })}</p>}
          {block('headers', headers.join('\n'))}
        </>
      )}
    </div>
  );
}

/** A text that may be too long to be seen whole, so that it can be scrolled by keyboard, too. */
function block(title: Word, text: string) {
  return (
    <>
      <h2>{say(title)}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section would lose the line breaks */}
      <pre tabIndex={0} role="region" aria-label={say(title)}>
        <bdi>{text}</bdi>
      </pre>
    </>
  );
}

const keyOf = ({ number }: CallOverview) => number;
const nameOf = ({ method, path }: CallOverview) => `${method} ${path}`;
const numberOf = ({ number }: CallOverview) => ({ number: String(number) });
const failed = ({ status, code }: CallOverview) => status !== 200 || (code !== 0 && code !== 200);

/** The verdict on a call: the code in its answer, else the status. */
function answerOf({ status, code }: CallOverview): string {
  if (status === undefined) return say('noAnswer');
  return code === undefined ? `HTTP ${status}` : `${status} · ${code}`;
}

const COLUMNS: readonly Column<CallOverview>[] = [
  { title: 'time', look: 'code', cell: ({ atMs }) => clock(atMs) },
  { title: 'call', heads: true, look: 'code', cell: (call) => link(nameOf(call), 'call', numberOf(call)) },
  { title: 'app', cell: ({ appId }) => <bdi>{appId}</bdi> },
  { title: 'builders', look: 'figure', cell: ({ builders }) => builders !== undefined && count(builders) },
  figures('bytes', (call) => call.bytes, bytes),
  { title: 'answer', look: 'code', isBad: failed, cell: answerOf },
];
