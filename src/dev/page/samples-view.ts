import { el, foreign, setText } from './element.ts';
import { Fresh } from './fresh.ts';
import { clock, count, millis, rough, say } from './language.ts';
import type { Operation, OperationSamples, Overview } from './page-data.ts';
import { linkTo } from './route.ts';
import { ask } from './server.ts';
import { Table } from './table.ts';
import type { View } from './view.ts';

type Sample = OperationSamples['samples'][number];

/** The samples of one name, those with errors first. */
export class SamplesView implements View {
  readonly title: string;
  readonly element: HTMLElement;
  readonly #app: string;
  readonly #facts = el('p', { class: 'facts' });
  readonly #fresh: Fresh<OperationSamples | null>;

  constructor(app: string, name: string) {
    this.title = name;
    this.#app = app;
    const errors = new SamplesSection(say('errorSamples'), true);
    const others = new SamplesSection(say('samples'), false);
    const heading = el('h1', { tabindex: -1, class: 'code' }, foreign(name));
    const back = el('a', { href: linkTo('app', { app }) }, foreign(app));
    const bar = el('div', { class: 'bar' }, heading, back);
    this.element = el('div', {}, bar, this.#facts, errors.element, others.element);
    this.#fresh = new Fresh(
      () => ask('samples', { app, name }),
      (found) => {
        errors.show(found?.errorSamples ?? []);
        others.show(found?.samples ?? []);
      },
    );
  }

  show(overview: Overview): void {
    const { operations = [] } = overview.apps.find(({ appId }) => appId === this.#app) ?? {};
    const operation = operations.find(({ name }) => name === this.title);
    setText(this.#facts, operation === undefined ? '' : factsOf(operation));
    void this.#fresh.follow(overview);
  }
}

function factsOf({ perMinute, total, errors, averageMs, maxMs }: Operation): string {
  return [
    `${say('perMinute')} ${rough(perMinute)}`,
    `${say('total')} ${count(total)}`,
    `${say('errors')} ${count(errors)}`,
    `${say('average')} ${millis(averageMs)}`,
    `${say('max')} ${millis(maxMs)}`,
  ].join(' · ');
}

class SamplesSection {
  readonly element: HTMLElement;
  readonly #none = el('p', { class: 'note' }, say('noSamples'));
  readonly #table: Table<Sample>;

  constructor(title: string, failed: boolean) {
    const columns = [
      { title: say('time') },
      { title: say('cost'), figure: true },
      { title: say('tag') },
      ...(failed ? [{ title: say('error') }] : []),
      { title: say('trace') },
      { title: say('id') },
      { title: say('parent') },
    ];
    // The same sample may have been sent twice.
    const keyOf = ({ Id, StartTime }: Sample) => `${Id} ${StartTime}`;
    this.#table = new Table(title, columns, keyOf, (sample) => ({
      element: rowOf(sample, failed),
      show: () => {},
    }));
    this.element = el('section', {}, el('h2', {}, title), this.#none, this.#table.element);
  }

  show(samples: readonly Sample[]): void {
    this.#none.hidden = samples.length > 0;
    this.#table.show(samples.toReversed());
  }
}

function rowOf({ StartTime, EndTime, Tag, Error: error, TraceId, Id, ParentId }: Sample, failed: boolean) {
  const trace = el('a', { href: linkTo('trace', { id: TraceId }) }, foreign(TraceId));
  return el(
    'tr',
    {},
    el('td', { class: 'code' }, clock(StartTime)),
    el('td', { class: 'figure' }, millis(EndTime - StartTime)),
    el('td', { class: 'code long' }, foreign(Tag)),
    ...(failed ? [el('td', { class: 'code long bad' }, foreign(error))] : []),
    el('td', { class: 'code id' }, TraceId === '' ? '' : trace),
    el('td', { class: 'code id' }, foreign(Id)),
    el('td', { class: 'code id' }, foreign(ParentId)),
  );
}
