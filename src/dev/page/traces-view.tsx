import { useState } from 'preact/hooks';
import { choicesOf, Field, Filter, Form } from './form.tsx';
import { clock, count, line, millis, say } from './language.ts';
import type { TraceSpan, TraceSummary } from './page-data.ts';
import { figures, type List, link, Table, View } from './parts.tsx';
import { inAddress, linkTo, type Shown } from './state.ts';
import { type Bar, unfolded, waterfall } from './waterfall.ts';

/** Colours for apps; further ones share them. */
const COLOURS = 6;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The traces of which samples were kept, by what they must have. */
export function TracesView({ overview, answer }: Shown<readonly TraceSummary[]>) {
  const title = say('traces');
  const isFiltered = ['app', 'name', 'least', 'failed'].some(inAddress);
  const open = ({ id }: Record<'id', string>) => location.assign(linkTo('trace', { id: id.trim() }));
  const search = (
    <Form button="open" onFilled={open}>
      <Field label="traceById" name="id" maxLength={50} required />
    </Form>
  );
  return (
    <View title={title} beside={search}>
      <fieldset class="filters">
        <legend class="unseen">{say('filter')}</legend>
        <Filter label="app" options={choicesOf(overview.apps)} />
        <Filter label="filter" name="name" type="search" />
        <Filter label="least" unit="millis" range={[0]} />
        <Filter label="failedOnly" name="failed" type="checkbox" value="true" />
      </fieldset>
      <Table {...TRACES} label={title} items={answer} empty={say(isFiltered ? 'noMatch' : 'noTraces')} />
    </View>
  );
}

const linkOf = ({ name, traceId: id }: TraceSummary) => link(name, 'trace', { id });

const TRACES: List<TraceSummary> = {
  order: 'started',
  keyOf: ({ traceId }) => traceId,
  columns: [
    { ...figures('started', ({ startMs }) => startMs, clock), look: 'code' },
    { title: 'name', scope: 'row', look: 'code', cell: linkOf },
    { title: 'apps', cell: ({ apps }) => <bdi>{apps.join(', ')}</bdi> },
    figures('duration', ({ durationMs }) => durationMs, millis),
    figures('spans', ({ spans }) => spans, count),
    { ...figures('errors', ({ errors }) => errors, count), isBad: ({ errors }) => errors > 0 },
    { title: 'trace', look: 'code id', cell: ({ traceId }) => <bdi>{traceId}</bdi> },
  ],
};

/** The samples of one trace, joined across apps. */
export function TraceView({ answer }: Shown<readonly TraceSpan[]>) {
  /** The ids of samples whose descendants are folded away. */
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (id: string) => setFolded(folded.symmetricDifference(new Set([id])));
  const title = say('traceOf', { id: inAddress('id') });
  const { bars, durationMs } = waterfall(answer ?? []);
  const [first] = bars;
  const apps = [...new Set(bars.map(({ span }) => span.appId))];
  const summary = { spans: bars.length, apps: apps.length, duration: millis(durationMs) };
  const colourOf = ({ span }: Bar) => `var(--app-${apps.indexOf(span.appId) % COLOURS})`;
  const barOf = (bar: Bar) => timeBar(bar, durationMs, colourOf(bar));
  const list: List<Bar> = {
    look: 'waterfall',
    keyOf: ({ span, offsetMs }) => `${span.appId} ${span.sample.Id} ${offsetMs}`,
    columns: [
      { title: 'name', scope: 'row', look: 'code', cell: (bar) => step(bar, folded, fold) },
      { title: 'app', cell: (bar) => <bdi style={{ borderColor: colourOf(bar) }}>{bar.span.appId}</bdi> },
      { ...figures('cost', ({ costMs }) => costMs, millis), isBad: ({ span }) => span.failed },
      { title: 'timeline', look: 'timeline', head: axis(durationMs), cell: barOf },
    ],
  };
  const empty = [say('noTrace'), ' ', link(say('traces'), 'traces')];
  return (
    <View title={title}>
      {first && <p class="facts">{line(clock(first.span.sample.StartTime), say('traceSummary', summary))}</p>}
      <Table {...list} label={title} items={answer && unfolded(bars, folded)} empty={empty} />
      <p class="note">{say('traceHint')}</p>
    </View>
  );
}

/** A span with its place in the tree. */
function step({ span, depth, below }: Bar, folded: ReadonlySet<string>, fold: (id: string) => void) {
  const { appId, name, sample } = span;
  const label = say('fold', { n: below, name });
  const turn = () => fold(sample.Id);
  return (
    <div class="step" data-depth={depth} style={{ '--depth': depth }}>
      {below > 0 && (
        <button type="button" aria-expanded={!folded.has(sample.Id)} aria-label={label} onClick={turn} />
      )}
      {link(name, 'operation', { app: appId, name })}
      {sample.Tag && <bdi class="long">{sample.Tag}</bdi>}
      {sample.Error && <bdi class="long bad">{sample.Error}</bdi>}
    </div>
  );
}

function axis(durationMs: number) {
  return (
    <span class="axis" role="img" aria-label={say('timeline')}>
      {TICKS.map((part) => (
        <span key={part}>{millis(durationMs * part)}</span>
      ))}
    </span>
  );
}

function timeBar({ span: { failed }, offsetMs, costMs }: Bar, durationMs: number, fill: string) {
  const percent = (ms: number) => `${(ms / Math.max(durationMs, 1)) * 100}%`;
  // A bar that takes no time is still to be seen.
  const place = { x: percent(offsetMs), style: { width: `max(2px, ${percent(costMs)})` } };
  const label = say('startsAt', { offset: millis(offsetMs), cost: millis(costMs) });
  return (
    <svg width="100%" height={14} role="img" aria-label={failed ? `${label}, ${say('failedSpan')}` : label}>
      <rect {...place} height={14} rx={3} fill={fill} />
      {failed && <rect {...place} y={10} height={4} fill="var(--bad)" />}
    </svg>
  );
}
