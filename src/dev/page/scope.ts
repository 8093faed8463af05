import type { ServerLimits } from '../options.ts';
import { el } from './element.ts';
import { wideField } from './field.ts';
import { say } from './language.ts';
import type { Overview } from './page-data.ts';

/** Whether what is set is meant for all apps, or for one. */
export class Scope {
  readonly element: HTMLElement;
  readonly #select = el('select');
  #apps: string | undefined;
  /** May be an app that is not there yet. */
  #chosen = '';

  constructor(changed: () => void) {
    this.#select.addEventListener('change', () => {
      this.#chosen = this.#select.value;
      changed();
    });
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
    this.#chosen = appId ?? '';
    this.#select.value = this.#chosen;
  }

  show({ apps }: Overview): void {
    const ids = apps.map(({ appId }) => appId).filter((appId) => appId !== '');
    if (ids.join('\n') === this.#apps) return;
    this.#apps = ids.join('\n');
    const options = ids.map((appId) => el('option', { value: appId }, appId));
    this.#select.replaceChildren(el('option', { value: '' }, say('allApps')), ...options);
    this.#select.value = ids.includes(this.#chosen) ? this.#chosen : '';
  }

  limitsIn({ apps, limits }: Overview): ServerLimits {
    return apps.find(({ appId }) => appId === this.appId)?.limits ?? limits;
  }
}
