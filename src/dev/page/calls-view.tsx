import { bytes, clock, count, say, type Word } from './language.ts';
import type { CallDetails, CallOverview } from './page-data.ts';
import { figures, type List, link, Table, View } from './parts.tsx';
import { inAddress, type Shown } from './state.ts';

/** The last calls of all apps. */
export function CallsView({ overview }: Shown) {
  const title = say('calls');
  return (
    <View title={title}>
      <Table {...CALLS} label={title} items={overview.calls} empty={say('noCalls')} />
    </View>
  );
}

/** One call as it came in. */
export function CallView({ answer: call }: Shown<CallDetails>) {
  const title = say('callNumber', { n: inAddress('number') });
  const headers = Object.entries(call?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return (
    <View title={title} beside={link(say('calls'), 'calls')}>
      <Table {...CALLS} label={title} items={call === null ? [] : call && [call]} empty={say('gone')} />
      {call && textBlock('body', call.body || say('emptyBody'))}
      {call && call.more > 0 && <p class="note">{say('moreBody', { n: count(call.more) })}</p>}
      {call && textBlock('headers', headers.join('\n'))}
    </View>
  );
}

function textBlock(title: Word, text: string) {
  return (
    <>
      <h2>{say(title)}</h2>
      {/* biome-ignore lint/a11y: keyboards must reach what scrolls, and a section loses line breaks */}
      <pre tabIndex={0} role="region" aria-label={say(title)}>
        {text}
      </pre>
    </>
  );
}

const linkOf = ({ method, path, number }: CallOverview) =>
  link(`${method} ${path}`, 'call', { number: `${number}` });
const hasFailed = ({ status, code = 0 }: CallOverview) => status !== 200 || ![0, 200].includes(code);

const CALLS: List<CallOverview> = {
  keyOf: ({ number }) => number,
  columns: [
    { title: 'time', look: 'code', cell: ({ atMs }) => clock(atMs) },
    { title: 'call', scope: 'row', look: 'code', cell: linkOf },
    { title: 'app', cell: ({ appId }) => <bdi>{appId}</bdi> },
    { title: 'builders', look: 'figure', cell: ({ builders }) => builders !== undefined && count(builders) },
    figures('bytes', (call) => call.bytes, bytes),
    { title: 'answer', look: 'code', isBad: hasFailed, cell: answerOf },
  ],
};

/** The verdict on a call: the code in its answer, else the status. */
function answerOf({ status, code }: CallOverview): string {
  if (status === undefined) return say('noAnswer');
  return code === undefined ? `HTTP ${status}` : `${status} · ${code}`;
}
