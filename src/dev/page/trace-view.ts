import { el, foreign, setText, svg } from './element.ts';
import { Fresh } from './fresh.ts';
import { clock, millis, say } from './language.ts';
import type { Overview, TraceSpan } from './page-data.ts';
import { linkTo } from './route.ts';
import { ask } from './server.ts';
import type { View } from './view.ts';
import { type Bar, type Waterfall, waterfall } from './waterfall.ts';

/** Colours for apps; further ones share them. */
const COLOURS = 6;
const INDENT = 14;
const MAX_INDENTS = 12;
/** A bar that takes no time is still to be seen. */
const LEAST_PERCENT = 0.5;

/** The samples of one trace, joined across apps. */
export class TraceView implements View {
  readonly title: string;
  readonly element: HTMLElement;
  readonly #summary = el('p', { class: 'facts' });
  readonly #legend = el('p', { class: 'legend' });
  readonly #body = el('tbody');
  readonly #table: HTMLElement;
  readonly #axis = el('span', { class: 'figure' });
  readonly #fresh: Fresh<TraceSpan[]>;
  #drawn = '';

  constructor(id: string) {
    this.title = say('traceOf', { id });
    const heads = [el('th', { scope: 'col' }, say('name')), el('th', { scope: 'col' }, say('app'))];
    const timeline = el('th', { scope: 'col' }, el('span', { class: 'axis' }, say('timeline'), this.#axis));
    const cost = el('th', { scope: 'col', class: 'figure' }, say('cost'));
    const head = el('thead', {}, el('tr', {}, ...heads, cost, timeline));
    this.#table = el('table', { class: 'waterfall', 'aria-label': this.title }, head, this.#body);
    const heading = el('h1', { tabindex: -1 }, `${say('trace')} `, foreign(id, { class: 'code' }));
    const hint = el('p', { class: 'note' }, say('traceHint'));
    const scroll = el('div', { class: 'scroll' }, this.#table);
    this.element = el('div', {}, heading, this.#summary, this.#legend, scroll, hint);
    this.#fresh = new Fresh(
      () => ask('trace', { id }),
      (spans) => this.#draw(spans),
    );
  }

  show(overview: Overview): void {
    void this.#fresh.follow(overview);
  }

  #draw(spans: readonly TraceSpan[]): void {
    const drawn = JSON.stringify(spans);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const apps = [...new Set(spans.map(({ appId }) => appId))];
    const found = waterfall(spans);
    const duration = millis(found.durationMs);
    const summary = say('traceSummary', { spans: spans.length, apps: apps.length, duration });
    const began = clock(spans[0]?.sample.StartTime ?? Number.NaN);
    setText(this.#summary, spans.length === 0 ? say('noTrace') : `${began} · ${summary}`);
    setText(this.#axis, duration);
    this.#table.hidden = spans.length === 0;
    this.#legend.replaceChildren(...apps.map((app, index) => legendOf(app, index)));
    this.#body.replaceChildren(...found.bars.map((bar) => rowOf(bar, found, apps.indexOf(bar.span.appId))));
  }
}

function legendOf(app: string, index: number): HTMLElement {
  const size = { width: 10, height: 10, 'aria-hidden': 'true' };
  const patch = svg('svg', size, svg('rect', { width: 10, height: 10, rx: 2, class: colour(index) }));
  return el('span', {}, patch, ' ', foreign(app));
}

function rowOf(bar: Bar, whole: Waterfall, app: number): HTMLElement {
  const { span, depth, costMs } = bar;
  const { Tag, Error: error } = span.sample;
  const indent = svg('svg', {
    width: Math.min(depth, MAX_INDENTS) * INDENT,
    height: 1,
    'aria-hidden': 'true',
  });
  const name = el(
    'a',
    { href: linkTo('operation', { app: span.appId, name: span.name }) },
    foreign(span.name),
  );
  const texts = [
    ...(Tag === '' ? [] : [foreign(Tag, { class: 'long' })]),
    ...(error === '' ? [] : [foreign(error, { class: 'long bad' })]),
  ];
  return el(
    'tr',
    { 'data-depth': depth },
    el(
      'th',
      { scope: 'row', class: 'code' },
      el('div', { class: 'step' }, indent, el('div', {}, name, ...texts)),
    ),
    el('td', {}, foreign(span.appId)),
    el('td', { class: span.failed ? 'figure bad' : 'figure' }, millis(costMs)),
    el('td', { class: 'timeline' }, barOf(bar, whole, app)),
  );
}

function barOf({ span, offsetMs, costMs }: Bar, { durationMs }: Waterfall, app: number): SVGSVGElement {
  const percent = (ms: number) => (ms / Math.max(durationMs, 1)) * 100;
  const width = Math.max(percent(costMs), LEAST_PERCENT);
  const x = Math.min(percent(offsetMs), 100 - width);
  const label = say('startsAt', { offset: millis(offsetMs), cost: millis(costMs) });
  return svg(
    'svg',
    { width: '100%', height: 14, role: 'img', 'aria-label': label },
    svg('rect', {
      x: `${x.toFixed(2)}%`,
      width: `${width.toFixed(2)}%`,
      height: 14,
      rx: 3,
      class: span.failed ? 'failed' : colour(app),
    }),
  );
}

function colour(app: number): string {
  return `app-${app % COLOURS}`;
}
