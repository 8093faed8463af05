import { el, foreign } from './element.ts';
import { Fresh } from './fresh.ts';
import { clock, count, millis, say } from './language.ts';
import type { Overview, TraceSummary } from './page-data.ts';
import { linkTo } from './route.ts';
import { ask } from './server.ts';
import { Table } from './table.ts';
import type { View } from './view.ts';

/** The last traces of which samples were kept. */
export class TracesView implements View {
  readonly title = say('traces');
  readonly element: HTMLElement;
  readonly #fresh: Fresh<TraceSummary[]>;

  constructor() {
    const columns = [
      { title: say('started') },
      { title: say('name') },
      { title: say('apps') },
      { title: say('duration'), figure: true },
      { title: say('spans'), figure: true },
      { title: say('errors'), figure: true },
      { title: say('trace') },
    ];
    // A trace is another row once more of it has come.
    const table = new Table<TraceSummary>(say('traces'), columns, JSON.stringify, (trace) => ({
      element: rowOf(trace),
      show: () => {},
    }));
    const none = el('p', { class: 'note' }, say('noTraces'));
    this.element = el('div', {}, el('h1', { tabindex: -1 }, this.title), none, table.element);
    this.#fresh = new Fresh(
      () => ask('traces'),
      (traces) => {
        none.hidden = traces.length > 0;
        table.show(traces);
      },
    );
  }

  show(overview: Overview): void {
    void this.#fresh.follow(overview);
  }
}

function rowOf({ traceId, startMs, durationMs, name, apps, spans, errors }: TraceSummary): HTMLElement {
  const link = (text: string, className: string) =>
    el('a', { href: linkTo('trace', { id: traceId }), class: className }, foreign(text));
  return el(
    'tr',
    {},
    el('td', { class: 'code' }, clock(startMs)),
    el('th', { scope: 'row', class: 'code' }, foreign(name)),
    el('td', {}, foreign(apps.join(', '))),
    el('td', { class: 'figure' }, millis(durationMs)),
    el('td', { class: 'figure' }, count(spans)),
    el('td', { class: errors > 0 ? 'figure bad' : 'figure' }, count(errors)),
    el('td', { class: 'id' }, link(traceId, 'code')),
  );
}
