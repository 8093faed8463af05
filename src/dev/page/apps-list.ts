import { el, setAttributes, setText } from './element.ts';
import { age, count, say } from './language.ts';
import type { AppOverview, Overview } from './page-data.ts';
import { linkTo } from './route.ts';
import { type Row, Rows } from './rows.ts';

/** The apps to choose from, each with how it is. */
export class AppsList {
  readonly element: HTMLElement;
  readonly #rows: Rows<AppOverview>;
  readonly #all = el('a', { href: linkTo('') }, say('allApps'));
  readonly #more = el('p', { class: 'note' });
  #chosen: string | undefined;
  #nowMs = 0;

  constructor() {
    const list = el('ul');
    this.#rows = new Rows(
      list,
      ({ appId }) => appId,
      (app) => this.#row(app),
    );
    this.element = el('nav', { class: 'apps', 'aria-label': say('apps') }, this.#all, list, this.#more);
  }

  /** `undefined`: none. An empty one: all of them. */
  choose(appId: string | undefined): void {
    this.#chosen = appId;
  }

  show({ apps, moreApps }: Overview, nowMs: number): void {
    this.#nowMs = nowMs;
    mark(this.#all, this.#chosen === '');
    this.#rows.show(apps);
    setText(this.#more, moreApps === 0 ? '' : say('moreApps', { n: count(moreApps) }));
  }

  #row({ appId }: AppOverview): Row<AppOverview> {
    const total = el('span', { class: 'figure' });
    const errors = el('span', { class: 'figure bad' });
    const heard = el('span', { class: 'note' });
    const link = el('a', { href: linkTo('app', { app: appId }) }, el('bdi', {}, appId), total, heard, errors);
    const show = (app: AppOverview) => {
      const { lastReportMs } = app;
      mark(link, this.#chosen === appId);
      setText(total, count(app.total));
      setText(errors, app.errors === 0 ? '' : count(app.errors));
      setText(heard, lastReportMs === undefined ? '' : age(this.#nowMs - lastReportMs));
    };
    return { element: el('li', {}, link), show };
  }
}

function mark(link: Element, current: boolean): void {
  setAttributes(link, { 'aria-current': current ? 'page' : undefined });
}
