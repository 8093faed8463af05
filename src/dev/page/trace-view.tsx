import { useState } from 'preact/hooks';
import { clock, line, millis, say } from './language.ts';
import { useAsked } from './live.ts';
import type { Overview, TraceSpan } from './page-data.ts';
import { linkTo } from './route.ts';
import { type Bar, unfolded, type Waterfall, waterfall } from './waterfall.ts';

/** Colours for apps; further ones share them. */
const COLOURS = 6;
const INDENT = 14;
const MAX_INDENTS = 12;
/** A bar that takes no time is still to be seen. */
const LEAST_PERCENT = 0.5;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

interface Properties {
  readonly overview: Overview;
  readonly values: URLSearchParams;
}

/** The samples of one trace, joined across apps. */
export function TraceView({ overview, values }: Properties) {
  const id = values.get('id') ?? '';
  const spans = useAsked<TraceSpan[]>(overview, 'trace', { id });
  const [folded, setFolded] = useState<ReadonlySet<TraceSpan['sample']['Id']>>(new Set());
  const whole = waterfall(spans ?? []);
  const apps = [...new Set((spans ?? []).map(({ appId }) => appId))];
  const fold = (sample: string) => {
    const changed = new Set(folded);
    if (!changed.delete(sample)) changed.add(sample);
    setFolded(changed);
  };
  return (
    <div>
      <h1 tabIndex={-1}>
        {say('trace')} <bdi class="code">{id}</bdi>
      </h1>
      {spans?.length === 0 && (
        <p class="note">
          {say('noTrace')} <a href={linkTo('traces')}>{say('traces')}</a>
        </p>
      )}
      {spans !== undefined && spans.length > 0 && (
        <>
          <p class="facts">{summaryOf(whole, apps)}</p>
          <p class="legend">
            {apps.map((app, index) => (
              <span key={app}>
                <svg width={10} height={10} aria-hidden="true">
                  <rect width={10} height={10} rx={2} class={colour(index)} />
                </svg>{' '}
                <bdi>{app}</bdi>
              </span>
            ))}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <div class="scroll" tabIndex={0}>
            <table class="waterfall" aria-label={say('traceOf', { id })}>
              <thead>
                <tr>
                  <th scope="col">{say('name')}</th>
                  <th scope="col">{say('app')}</th>
                  <th scope="col" class="figure">
                    {say('cost')}
                  </th>
                  <th scope="col">
                    <span class="unseen">{say('timeline')}</span>
                    <span class="axis" aria-hidden="true">
                      {TICKS.map((part) => (
                        <span key={part}>{millis(whole.durationMs * part)}</span>
                      ))}
                    </span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {unfolded(whole.bars, folded).map((bar) => (
                  <Step
                    key={`${bar.span.appId} ${bar.span.sample.Id} ${bar.offsetMs}`}
                    bar={bar}
                    whole={whole}
                    app={apps.indexOf(bar.span.appId)}
                    isFolded={folded.has(bar.span.sample.Id)}
                    onFold={fold}
                  />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <p class="note">{say('traceHint')}</p>
    </div>
  );
}

function summaryOf({ bars, durationMs }: Waterfall, apps: readonly string[]): string {
  const values = { spans: bars.length, apps: apps.length, duration: millis(durationMs) };
  return line(clock(bars[0]?.span.sample.StartTime ?? Number.NaN), say('traceSummary', values));
}

function Step({
  bar: { span, depth, below, offsetMs, costMs },
  whole,
  app,
  isFolded,
  onFold,
}: {
  readonly bar: Bar;
  readonly whole: Waterfall;
  readonly app: number;
  readonly isFolded: boolean;
  readonly onFold: (sample: string) => void;
}) {
  const { appId, name, failed, sample } = span;
  return (
    <tr data-depth={depth}>
      <th scope="row" class="code">
        <div class="step">
          <svg width={Math.min(depth, MAX_INDENTS) * INDENT} height={1} aria-hidden="true" />
          {below > 0 ? (
            <button
              type="button"
              class="fold"
              aria-expanded={!isFolded}
              aria-label={say('fold', { n: below, name })}
              onClick={() => onFold(sample.Id)}
            >
              {isFolded ? '▸' : '▾'}
            </button>
          ) : (
            <span class="fold" />
          )}
          <div>
            <a href={linkTo('operation', { app: appId, name })}>
              <bdi>{name}</bdi>
            </a>
            {sample.Tag !== '' && <bdi class="long">{sample.Tag}</bdi>}
            {sample.Error !== '' && <bdi class="long bad">{sample.Error}</bdi>}
          </div>
        </div>
      </th>
      <td>
        <bdi>{appId}</bdi>
      </td>
      <td class={failed ? 'figure bad' : 'figure'}>{millis(costMs)}</td>
      <td class="timeline">
        <TimeBar {...{ offsetMs, costMs, failed, app }} durationMs={whole.durationMs} />
      </td>
    </tr>
  );
}

function TimeBar({
  offsetMs,
  costMs,
  durationMs,
  failed,
  app,
}: {
  readonly offsetMs: number;
  readonly costMs: number;
  readonly durationMs: number;
  readonly failed: boolean;
  readonly app: number;
}) {
  const percent = (ms: number) => (ms / Math.max(durationMs, 1)) * 100;
  const width = Math.max(percent(costMs), LEAST_PERCENT);
  const x = Math.min(percent(offsetMs), 100 - width);
  const place = { x: `${x.toFixed(2)}%`, width: `${width.toFixed(2)}%` };
  const label = say('startsAt', { offset: millis(offsetMs), cost: millis(costMs) });
  return (
    <svg width="100%" height={14} role="img" aria-label={failed ? `${label}, ${say('failedSpan')}` : label}>
      <rect {...place} height={14} rx={3} class={colour(app)} />
      {failed && <rect {...place} y={10} height={4} class="failed" />}
    </svg>
  );
}

function colour(app: number): string {
  return `app-${app % COLOURS}`;
}
