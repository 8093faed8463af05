import { useState } from 'preact/hooks';
import { clock, line, millis, say } from './language.ts';
import type { TraceSpan } from './page-data.ts';
import type { Shown } from './state.ts';
import { type Column, figures, link, Table } from './table.tsx';
import { type Bar, unfolded, waterfall } from './waterfall.ts';

/** Colours for apps; further ones share them. */
const COLOURS = 6;
const [INDENT, MAX_INDENTS] = [14, 12];
/** A bar that takes no time is still to be seen. */
const LEAST_PERCENT = 0.5;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** The samples of one trace, joined across apps. */
export function TraceView({ values, answer }: Shown<readonly TraceSpan[]>) {
  const id = values.get('id') ?? '';
  /** The ids of samples whose descendants are folded away. */
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (id: string) => setFolded(folded.symmetricDifference(new Set([id])));
  const { bars, durationMs } = waterfall(answer ?? []);
  const apps = [...new Set(answer?.map(({ appId }) => appId))];
  const colourOf = (app: string) => `var(--app-${apps.indexOf(app) % COLOURS})`;
  const columns: readonly Column<Bar>[] = [
    { title: 'name', heads: true, look: 'code', cell: (bar) => step(bar, folded, fold) },
    { title: 'app', cell: ({ span }) => <bdi>{span.appId}</bdi> },
    { ...figures('cost', ({ costMs }) => costMs, millis), isBad: ({ span }) => span.failed },
    {
      title: 'timeline',
      look: 'timeline',
      head: axis(durationMs),
      cell: (bar) => timeBar(bar, durationMs, colourOf(bar.span.appId)),
    },
  ];
  const summary = { spans: bars.length, apps: apps.length, duration: millis(durationMs) };
  return (
    <div>
      <h1 tabIndex={-1}>
        {say('trace')} <bdi class="code">{id}</bdi>
      </h1>
      {bars[0] && (
        <p class="facts">{line(clock(bars[0].span.sample.StartTime), say('traceSummary', summary))}</p>
      )}
      <p class="legend">
        {apps.map((app) => (
          <bdi key={app} style={{ borderColor: colourOf(app) }}>
            {app}
          </bdi>
        ))}
      </p>
      <Table
        label={say('traceOf', { id })}
        look="waterfall"
        columns={columns}
        items={answer && unfolded(bars, folded)}
        empty={[say('noTrace'), ' ', link(say('traces'), 'traces')]}
        keyOf={({ span, offsetMs }) => `${span.appId} ${span.sample.Id} ${offsetMs}`}
      />
      <p class="note">{say('traceHint')}</p>
    </div>
  );
}

/** A span with its place in the tree. */
function step({ span, depth, below }: Bar, folded: ReadonlySet<string>, fold: (id: string) => void) {
  const { appId, name, sample } = span;
  const isFolded = folded.has(sample.Id);
  const label = say('fold', { n: below, name });
  const texts = Object.entries({ long: sample.Tag, 'long bad': sample.Error }).filter(([, text]) => text);
  return (
    <div class="step" data-depth={depth} style={{ paddingLeft: Math.min(depth, MAX_INDENTS) * INDENT }}>
      <span class="fold">
        {below > 0 && (
          <button type="button" aria-expanded={!isFolded} aria-label={label} onClick={() => fold(sample.Id)}>
            {isFolded ? '▸' : '▾'}
          </button>
        )}
      </span>
      <div>
        {link(name, 'operation', { app: appId, name })}
        {texts.map(([look, text]) => (
          <bdi key={look} class={look} title={text}>
            {text}
          </bdi>
        ))}
      </div>
    </div>
  );
}

function axis(durationMs: number) {
  return (
    <>
      <span class="unseen">{say('timeline')}</span>
      <span class="axis" aria-hidden="true">
        {TICKS.map((part) => (
          <span key={part}>{millis(durationMs * part)}</span>
        ))}
      </span>
    </>
  );
}

function timeBar({ span: { failed }, offsetMs, costMs }: Bar, durationMs: number, fill: string) {
  const percent = (ms: number) => (ms / Math.max(durationMs, 1)) * 100;
  const width = Math.max(percent(costMs), LEAST_PERCENT);
  const x = Math.min(percent(offsetMs), 100 - width);
  const place = { x: `${x.toFixed(2)}%`, width: `${width.toFixed(2)}%` };
  const label = say('startsAt', { offset: millis(offsetMs), cost: millis(costMs) });
  return (
    <svg width="100%" height={14} role="img" aria-label={failed ? `${label}, ${say('failedSpan')}` : label}>
      <rect {...place} height={14} rx={3} fill={fill} />
      {failed && <rect {...place} y={10} height={4} fill="var(--bad)" />}
    </svg>
  );
}
