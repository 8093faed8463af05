import type { ServerLimits } from '../options.ts';
import { el } from './element.ts';
import { wideField } from './field.ts';
import { say } from './language.ts';
import type { Overview } from './page-data.ts';

/** Whether what is set is meant for all apps, or for one. */
export class Scope {
  readonly element: HTMLElement;
  readonly #select = el('select');
  #apps = '';

  constructor(changed: () => void) {
    this.#select.append(el('option', { value: '' }, say('allApps')));
    this.#select.addEventListener('change', changed);
    this.element = wideField(say('scope'), this.#select);
  }

  /** `undefined` for all. */
  get appId(): string | undefined {
    return this.#select.value === '' ? undefined : this.#select.value;
  }

  get name(): string {
    return this.appId ?? say('allApps');
  }

  choose(appId: string | undefined): void {
    this.#select.value = appId ?? '';
  }

  show({ apps }: Overview): void {
    const ids = apps.map(({ appId }) => appId).filter((appId) => appId !== '');
    if (ids.join('\n') === this.#apps) return;
    this.#apps = ids.join('\n');
    const chosen = this.#select.value;
    const options = ids.map((appId) => el('option', { value: appId }, appId));
    this.#select.replaceChildren(el('option', { value: '' }, say('allApps')), ...options);
    this.#select.value = ids.includes(chosen) ? chosen : '';
  }

  limitsIn({ apps, limits }: Overview): ServerLimits {
    return apps.find(({ appId }) => appId === this.appId)?.limits ?? limits;
  }
}
