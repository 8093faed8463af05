import { el, foreign, setText } from './element.ts';
import { bytes, clock, count, say } from './language.ts';
import type { CallOverview, Overview } from './page-data.ts';
import { linkTo } from './route.ts';
import type { Row } from './rows.ts';
import { Table } from './table.ts';
import type { View } from './view.ts';

/** The last calls of all apps. */
export class CallsView implements View {
  readonly title = say('calls');
  readonly element: HTMLElement;
  readonly #none = el('p', { class: 'note' }, say('noCalls'));
  readonly #table: Table<CallOverview>;

  constructor() {
    const columns = [
      { title: say('time') },
      { title: say('call') },
      { title: say('app') },
      { title: say('builders'), figure: true },
      { title: say('bytes'), figure: true },
      { title: say('answer') },
    ];
    this.#table = new Table(say('calls'), columns, ({ number }) => String(number), rowOf);
    const heading = el('h1', { tabindex: -1 }, this.title);
    this.element = el('div', {}, heading, this.#none, this.#table.element);
  }

  show({ calls }: Overview): void {
    this.#none.hidden = calls.length > 0;
    this.#table.show(calls);
  }
}

/** What came of a call: the code in its answer, else the status. */
export function answerOf({ status, code }: CallOverview): string {
  if (status === undefined) return say('noAnswer');
  return code === undefined ? `HTTP ${status}` : `${status} · ${code}`;
}

export function wentWell({ status, code }: CallOverview): boolean {
  return status === 200 && (code === 0 || code === 200);
}

function rowOf({
  number,
  atMs,
  method,
  path,
  appId,
  builders,
  bytes: size,
}: CallOverview): Row<CallOverview> {
  const answer = el('td', { class: 'code' });
  const link = el('a', { href: linkTo('call', { number: String(number) }) }, foreign(`${method} ${path}`));
  const element = el(
    'tr',
    {},
    el('td', { class: 'code' }, clock(atMs)),
    el('th', { scope: 'row', class: 'code' }, link),
    el('td', {}, foreign(appId)),
    el('td', { class: 'figure' }, builders === undefined ? '' : count(builders)),
    el('td', { class: 'figure' }, bytes(size)),
    answer,
  );
  const show = (call: CallOverview) => {
    setText(answer, answerOf(call));
    answer.classList.toggle('bad', !wentWell(call));
  };
  return { element, show };
}
