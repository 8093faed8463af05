import { bytes, clock, count, line, say } from './language.ts';
import type { CallDetails, CallOverview } from './page-data.ts';
import { linkTo, type Shown } from './state.ts';
import { type Column, figures, Table } from './table.tsx';

/** The last calls of all apps. */
export function CallsView({ overview: { calls } }: Shown) {
  return (
    <div>
      <h1 tabIndex={-1}>{say('calls')}</h1>
      {calls.length === 0 && <p class="note">{say('noCalls')}</p>}
      <Table label={say('calls')} columns={COLUMNS} items={calls} keyOf={({ number }) => number} />
    </div>
  );
}

/** One call as it came in. */
export function CallView({ values, answer: call }: Shown<CallDetails>) {
  return (
    <div>
      <div class="bar">
        <h1 tabIndex={-1}>{say('callNumber', { n: values.get('number') ?? '' })}</h1>
        <a href={linkTo('calls')}>{say('calls')}</a>
      </div>
      {call === null && <p class="note">{say('gone')}</p>}
      {call && (
        <>
          <p class="facts">
            <bdi>{line(clock(call.atMs), `${call.method} ${call.path}`, call.appId, bytes(call.bytes))}</bdi>
            {` · ${say('answer')}: `}
            <span class={failed(call) ? 'code bad' : 'code'}>{answerOf(call)}</span>
          </p>
          {block(say('body'), call.body === '' ? say('emptyBody') : call.body)}
          {call.more > 0 && <p class="note">{say('moreBody', { n: count(call.more) })}</p>}
          {block(
            say('headers'),
            Object.entries(call.headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n'),
          )}
        </>
      )}
    </div>
  );
}

/** A text that may be too long to be seen whole, so that it can be scrolled by keyboard, too. */
function block(title: string, text: string) {
  return (
    <>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: a section would lose the line breaks */}
      <pre tabIndex={0} role="region" aria-label={title}>
        <bdi>{text}</bdi>
      </pre>
    </>
  );
}

/** The verdict on a call: the code in its answer, else the status. */
function answerOf({ status, code }: CallOverview): string {
  if (status === undefined) return say('noAnswer');
  return code === undefined ? `HTTP ${status}` : `${status} · ${code}`;
}

function failed({ status, code }: CallOverview): boolean {
  return status !== 200 || (code !== 0 && code !== 200);
}

const COLUMNS: readonly Column<CallOverview>[] = [
  { title: 'time', look: 'code', cell: ({ atMs }) => clock(atMs) },
  {
    title: 'call',
    heads: true,
    look: 'code',
    cell: ({ number, method, path }) => (
      <a href={linkTo('call', { number: String(number) })}>
        <bdi>{`${method} ${path}`}</bdi>
      </a>
    ),
  },
  { title: 'app', cell: ({ appId }) => <bdi>{appId}</bdi> },
  { title: 'builders', look: 'figure', cell: ({ builders }) => builders !== undefined && count(builders) },
  figures('bytes', (call) => call.bytes, bytes),
  { title: 'answer', look: 'code', isBad: failed, cell: answerOf },
];
