import type { ServerLimits } from '../options.ts';
import { button, el, setText } from './element.ts';
import { FaultsForm } from './faults-form.ts';
import { say } from './language.ts';
import { ExcludesForm, LimitsForm } from './limits-form.ts';
import type { Control, Overview } from './page-data.ts';
import { Scope } from './scope.ts';
import { order } from './server.ts';

/** Everything that changes the server: limits, excludes, faults. */
export class ControlsPanel {
  readonly element: HTMLElement;
  /** What came of the last order, for everybody to hear. */
  readonly #outcome = el('p', { role: 'status', class: 'outcome' });
  readonly #scope = new Scope(() => this.#reset());
  readonly #limits = new LimitsForm((limits) =>
    this.#set(limits, say('limitsSet', { scope: this.#scope.name })),
  );
  readonly #excludes = new ExcludesForm((limits) =>
    this.#set(limits, say('excludesSet', { scope: this.#scope.name })),
  );
  readonly #faults = new FaultsForm((control, done) => this.#act(control, done));
  #overview: Overview | undefined;

  constructor() {
    const revoke = () => this.#act({ do: 'revoke-tokens' }, say('tokensRevoked'));
    const clear = () => this.#act({ do: 'clear' }, say('cleared'));
    this.element = el(
      'aside',
      { class: 'controls', 'aria-label': say('controls') },
      this.#outcome,
      el('h2', {}, say('limits')),
      this.#scope.element,
      this.#limits.element,
      el('p', { class: 'note' }, say('limitsHint')),
      el('h2', {}, say('excludes')),
      this.#excludes.element,
      el('h2', {}, say('faults')),
      this.#faults.element,
      el('h2', {}, say('server')),
      el('div', { class: 'buttons' }, button(say('revokeTokens'), revoke), button(say('clear'), clear)),
    );
  }

  /** Sets what follows for one app, or for all. */
  choose(appId: string | undefined): void {
    this.#scope.choose(appId);
    this.#reset();
  }

  exclude(appId: string, name: string): void {
    this.#act({ do: 'exclude', appId, name }, say('nameExcluded', { name }));
  }

  show(overview: Overview): void {
    this.#overview = overview;
    this.#scope.show(overview);
    const limits = this.#scope.limitsIn(overview);
    this.#limits.follow(limits);
    this.#excludes.follow(limits);
    this.#faults.show(overview.faults);
  }

  #reset(): void {
    if (this.#overview === undefined) return;
    const limits = this.#scope.limitsIn(this.#overview);
    this.#limits.reset(limits);
    this.#excludes.reset(limits);
    this.#faults.show(this.#overview.faults);
  }

  #set(limits: Partial<ServerLimits>, done: string): void {
    const { appId } = this.#scope;
    this.#act({ do: 'limits', ...(appId === undefined ? {} : { appId }), limits }, done);
  }

  async #act(control: Control, done: string): Promise<void> {
    const reason = await order(control);
    this.#outcome.classList.toggle('bad', reason !== undefined);
    setText(this.#outcome, reason === undefined ? done : say('failed', { reason }));
  }
}
