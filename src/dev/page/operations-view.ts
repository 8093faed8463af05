import { el, foreign, setText } from './element.ts';
import { age, bytes, count, millis, say } from './language.ts';
import { OperationsTable } from './operations-table.ts';
import type { AppOverview, Overview } from './page-data.ts';
import { type Row, Rows } from './rows.ts';
import type { View } from './view.ts';

/** The operations of one app, or of each. */
export class OperationsView implements View {
  readonly title: string;
  readonly element: HTMLElement;
  readonly #appId: string | undefined;
  readonly #filter = el('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
  readonly #empty = el(
    'div',
    { class: 'empty' },
    el('p', {}, say('noApps')),
    el('p', {}, say('noAppsHint', { address: location.origin })),
  );
  readonly #apps: Rows<AppOverview>;
  #shown: AppOverview[] = [];
  #nowMs = 0;

  constructor(appId: string | undefined, exclude: (appId: string, name: string) => void) {
    this.#appId = appId;
    this.title = appId ?? say('operations');
    const sections = el('div');
    this.#apps = new Rows(
      sections,
      (app) => app.appId,
      (app) => this.#section(app, exclude),
    );
    this.#filter.addEventListener('input', () => this.#apps.show(this.#shown));
    const label = el('label', { class: 'filter' }, el('span', {}, say('filter')), this.#filter);
    const heading = el('h1', { tabindex: -1 }, appId === undefined ? say('allApps') : foreign(appId));
    this.element = el('div', {}, el('div', { class: 'bar' }, heading, label), this.#empty, sections);
  }

  show({ apps }: Overview, nowMs: number): void {
    this.#nowMs = nowMs;
    this.#empty.hidden = apps.length > 0;
    this.#shown = apps.filter(({ appId }) => this.#appId === undefined || appId === this.#appId);
    this.#apps.show(this.#shown);
  }

  #section({ appId }: AppOverview, exclude: (appId: string, name: string) => void): Row<AppOverview> {
    const table = new OperationsTable(appId, appId, (name) => exclude(appId, name));
    const facts = el('p', { class: 'facts' });
    const limits = el('p', { class: 'facts' });
    const notes = el('p', { class: 'note' });
    const name = el('bdi');
    const element = el(
      'section',
      { 'aria-label': appId },
      el('h2', {}, name),
      facts,
      limits,
      table.element,
      notes,
    );
    const show = (app: AppOverview) => {
      setText(name, app.appName === '' || app.appName === appId ? appId : `${app.appName} (${appId})`);
      setText(facts, factsOf(app, this.#nowMs));
      setText(limits, limitsOf(app));
      const wanted = this.#filter.value.trim().toLowerCase();
      table.show(app.operations.filter((operation) => operation.name.toLowerCase().includes(wanted)));
      setText(notes, notesOf(app));
    };
    return { element, show };
  }
}

function factsOf(app: AppOverview, nowMs: number): string {
  const { reports, clientCount, lastReportMs } = app;
  return [
    app.version,
    clientCount === 1 ? say('instance') : say('instances', { n: count(clientCount) }),
    reports === 1 ? say('report') : say('reports', { n: count(reports) }),
    bytes(app.bytes),
    lastReportMs === undefined ? say('noReport') : say('lastReport', { ago: age(nowMs - lastReportMs) }),
    app.dropped === 0 ? '' : say('dropped', { n: count(app.dropped) }),
  ]
    .filter((fact) => fact !== '')
    .join(' · ');
}

function limitsOf({ limits }: AppOverview): string {
  const { period, maxSamples, maxErrors, timeout, maxTagLength } = limits;
  return say('limitsOf', { period, maxSamples, maxErrors, timeout: millis(timeout), maxTagLength });
}

function notesOf({ operations, moreOperations, excluded }: AppOverview): string {
  return [
    operations.length === 0 ? say('noOperations') : '',
    excluded === 0 ? '' : say('excluded', { n: count(excluded) }),
    moreOperations === 0 ? '' : say('moreOperations', { n: count(moreOperations) }),
  ]
    .filter((note) => note !== '')
    .join(' ');
}
