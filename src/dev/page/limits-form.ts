import type { ServerLimits } from '../options.ts';
import { el } from './element.ts';
import { Following, field, wideField } from './field.ts';
import { say } from './language.ts';
import { LIMIT_RANGES, MAX_EXCLUDES, type NumericLimit } from './page-data.ts';

type Submit = (limits: Partial<ServerLimits>) => void;

const UNITS: Partial<Record<NumericLimit, string>> = { period: say('seconds'), timeout: say('millis') };

/** What a report's answer says, but for the excludes. */
export class LimitsForm {
  readonly element: HTMLFormElement;
  readonly #numbers: readonly { readonly name: NumericLimit; readonly input: Following }[];
  readonly #meter = el('input', { type: 'checkbox' });
  #knownMeter = false;

  constructor(submit: Submit) {
    const names = Object.keys(LIMIT_RANGES) as NumericLimit[];
    const inputs = names.map((name) => ({ name, input: numberInput(LIMIT_RANGES[name]) }));
    this.#numbers = inputs.map(({ name, input }) => ({ name, input: new Following(input) }));
    this.element = el(
      'form',
      { 'aria-label': say('limits') },
      ...inputs.map(({ name, input }) => field(say(name), input, UNITS[name])),
      field(say('enableMeter'), this.#meter),
      el('button', { type: 'submit' }, say('setLimits')),
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      const numbers = this.#numbers.map(({ name, input }) => [name, Number(input.value)]);
      submit({ ...Object.fromEntries(numbers), enableMeter: this.#meter.checked });
    });
  }

  follow(limits: ServerLimits): void {
    for (const { name, input } of this.#numbers) input.follow(String(limits[name]));
    if (this.#meter.checked === this.#knownMeter) this.#meter.checked = limits.enableMeter;
    this.#knownMeter = limits.enableMeter;
  }

  reset(limits: ServerLimits): void {
    for (const { name, input } of this.#numbers) input.reset(String(limits[name]));
    this.#meter.checked = limits.enableMeter;
    this.#knownMeter = limits.enableMeter;
  }
}

/** The names that are not counted. */
export class ExcludesForm {
  readonly element: HTMLFormElement;
  readonly #entries: Following;

  constructor(submit: Submit) {
    const area = el('textarea', { rows: 3, spellcheck: 'false' });
    this.#entries = new Following(area);
    this.element = el(
      'form',
      { 'aria-label': say('excludes') },
      wideField(say('excludesLabel'), area),
      el('button', { type: 'submit' }, say('setExcludes')),
    );
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      submit({ excludes: this.#entries.value.split('\n').slice(0, MAX_EXCLUDES) });
    });
  }

  follow({ excludes }: ServerLimits): void {
    this.#entries.follow((excludes ?? []).join('\n'));
  }

  reset({ excludes }: ServerLimits): void {
    this.#entries.reset((excludes ?? []).join('\n'));
  }
}

function numberInput([min, max]: readonly [number, number]): HTMLInputElement {
  return el('input', { type: 'number', min, max, step: 1, required: true });
}
