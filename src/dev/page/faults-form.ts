import { button, el, foreign, setText } from './element.ts';
import { field, wideField } from './field.ts';
import { millis, say } from './language.ts';
import { type Control, FAULT_EFFECTS, type FaultEffectName, type FaultOverview } from './page-data.ts';
import { type Row, Rows } from './rows.ts';

/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = [
  ['', 'everyCall'],
  ['/Trace/', 'onlyReports'],
  ['/App/Login', 'onlyLogins'],
  ['/App/Ping', 'onlyPings'],
] as const;
const DELAY_MILLIS = 3_000;

/** Makes calls go wrong, and lists the faults in force. */
export class FaultsForm {
  readonly element: HTMLElement;
  readonly #none = el('p', { class: 'note' }, say('noFaults'));
  readonly #rows: Rows<FaultOverview>;

  constructor(act: (control: Control, done: string) => void) {
    const effect = selectOf(FAULT_EFFECTS.map((name) => [name, say(`effect${name}`)]));
    const path = selectOf(PATHS.map(([value, words]) => [value, say(words)]));
    const delay = el('input', { type: 'number', min: 1, max: 600_000, value: DELAY_MILLIS, required: true });
    const times = el('input', { type: 'number', min: 1, max: 1_000_000, placeholder: say('forEver') });
    const delayField = field(say('delay'), delay, say('millis'));
    const form = el(
      'form',
      { 'aria-label': say('faults') },
      wideField(say('effect'), effect),
      field(say('strikes'), path),
      delayField,
      field(say('times'), times),
      el('button', { type: 'submit' }, say('inject')),
    );
    const onlySlow = () => {
      delayField.hidden = effect.value !== 'slow';
      delay.disabled = delayField.hidden;
    };
    onlySlow();
    effect.addEventListener('change', onlySlow);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const control: Control = {
        do: 'fault',
        effect: effect.value as FaultEffectName,
        path: path.value,
        ...(delay.disabled ? {} : { delayMillis: Number(delay.value) }),
        ...(times.value === '' ? {} : { times: Number(times.value) }),
      };
      act(control, say('injected'));
    });
    const list = el('ul', { class: 'faults', 'aria-label': say('faults') });
    this.#rows = new Rows(
      list,
      ({ number }) => String(number),
      (fault) => rowOf(fault, act),
    );
    this.element = el('div', {}, form, this.#none, list);
  }

  show(faults: readonly FaultOverview[]): void {
    this.#none.hidden = faults.length > 0;
    this.#rows.show(faults);
  }
}

function rowOf(fault: FaultOverview, act: (control: Control, done: string) => void): Row<FaultOverview> {
  const text = descriptionOf(fault);
  const left = el('span', { class: 'note' });
  const lift = button(say('lift'), () => act({ do: 'lift', number: fault.number }, say('lifted')), {
    class: 'quiet',
    'aria-label': say('liftFault', { fault: text }),
  });
  const element = el('li', {}, foreign(text), left, lift);
  const show = ({ timesLeft }: FaultOverview) =>
    setText(left, timesLeft === undefined ? '' : say('timesLeft', { n: timesLeft }));
  return { element, show };
}

function descriptionOf({ effect, path, delayMillis }: FaultOverview): string {
  const known = FAULT_EFFECTS.find((name) => name === effect);
  const what = known === undefined ? effect : say(`effect${known}`);
  const which = PATHS.find(([value]) => value === path);
  return [what, delayMillis === undefined ? '' : millis(delayMillis), which ? say(which[1]) : path]
    .filter((part) => part !== '')
    .join(' · ');
}

function selectOf(options: readonly (readonly [value: string, text: string])[]): HTMLSelectElement {
  return el('select', {}, ...options.map(([value, text]) => el('option', { value }, text)));
}
