import { answerOf, wentWell } from './calls-view.ts';
import { el, foreign, setText } from './element.ts';
import { bytes, clock, count, say } from './language.ts';
import type { CallDetails } from './page-data.ts';
import { linkTo } from './route.ts';
import { ask } from './server.ts';
import type { View } from './view.ts';

/** One call as it came in. */
export class CallView implements View {
  readonly title: string;
  readonly element: HTMLElement;
  readonly #facts = el('p', { class: 'facts' });
  readonly #details = el('div');

  constructor(number: string) {
    this.title = say('callNumber', { n: number });
    const back = el('a', { href: linkTo('calls') }, say('calls'));
    const heading = el('h1', { tabindex: -1 }, this.title);
    this.element = el('div', {}, el('div', { class: 'bar' }, heading, back), this.#facts, this.#details);
    void this.#load(number);
  }

  /** A call does not change any more. */
  show(): void {}

  async #load(number: string): Promise<void> {
    const call = await ask<CallDetails | null>('call', { number });
    if (call === undefined || call === null) return setText(this.#facts, say('gone'));
    const facts = [clock(call.atMs), `${call.method} ${call.path}`, call.appId, bytes(call.bytes)];
    const answer = el('span', { class: wentWell(call) ? 'code' : 'code bad' }, answerOf(call));
    this.#facts.append(
      ...facts.filter((fact) => fact !== '').flatMap((fact) => [foreign(fact), ' · ']),
      `${say('answer')}: `,
      answer,
    );
    const headers = Object.entries(call.headers).map(([name, value]) => `${name}: ${value}`);
    this.#details.append(
      ...blockOf(say('body'), call.body === '' ? say('emptyBody') : call.body),
      ...(call.more === 0 ? [] : [el('p', { class: 'note' }, say('moreBody', { n: count(call.more) }))]),
      ...blockOf(say('headers'), headers.join('\n')),
    );
  }
}

/** A text that may be too long to be seen whole, so that it can be scrolled by keyboard, too. */
function blockOf(title: string, text: string): HTMLElement[] {
  const block = el('pre', { tabindex: 0, role: 'region', 'aria-label': title }, foreign(text));
  return [el('h2', {}, title), block];
}
