import { type ComponentChildren, h, type JSX } from 'preact';
import { say, type Word } from './language.ts';
import { refine } from './state.ts';

type Option = readonly [value: string, text: string];

/** A text, unless a kind is given. */
interface FieldOf extends JSX.AllHTMLAttributes<HTMLInputElement> {
  /** Also its name, if it has no other. */
  readonly label: Word;
  readonly unit?: Word;
  /** Makes it a number. */
  readonly range?: readonly [from: number, to?: number];
  /** The number until another is typed; it cannot be left empty then. */
  readonly preset?: number;
  /** Make it a choice. */
  readonly options?: readonly Option[];
  readonly onPick?: (value: string) => void;
}

/** A control with its label and its unit. */
export function Field({ label, unit, range, preset, options, onPick, ...more }: FieldOf) {
  const kind = options ? 'select' : more.rows ? 'textarea' : 'input';
  const control = {
    name: label,
    autocomplete: 'off',
    spellcheck: false,
    ...(range && { type: 'number', min: range[0], max: range[1] }),
    ...(preset !== undefined && { defaultValue: `${preset}`, required: true }),
    onChange: ({ currentTarget }: JSX.TargetedEvent<HTMLInputElement>) => onPick?.(currentTarget.value),
    ...more,
  };
  const choices = options?.map(([value, text]) => h('option', { key: value, value }, text));
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: it is made by `h`
    <label class="field">
      <span>{say(label)}</span>
      <span class="unit">
        {h(kind, control, choices)}
        {unit && <span>{say(unit)}</span>}
      </span>
    </label>
  );
}

/** All apps, and each. */
export function choicesOf(apps: readonly { readonly appId: string }[]): readonly Option[] {
  const named = apps.filter(({ appId }) => appId !== '');
  return [['', say('allApps')], ...named.map(({ appId }) => [appId, appId] as const)];
}

/** A button that does something at once; one with a label of its own is a quiet one. */
export function actButton(title: Word, act: () => unknown, label?: string) {
  return (
    <button type="button" class={label && 'quiet'} aria-label={label} onClick={act}>
      {say(title)}
    </button>
  );
}

interface FormOf<Values> {
  readonly label: Word;
  readonly button: Word;
  readonly children: ComponentChildren;
  /** Gets the values by the names of their controls. What it resolves to tells whether they are in force now. */
  readonly onFilled: (values: Values) => unknown;
}

export function Form<Values>({ label, button, children, onFilled }: FormOf<Values>) {
  const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const controls = [...form.querySelectorAll<HTMLInputElement>('[name]')];
    const values = Object.fromEntries(controls.map((control) => [control.name, valueIn(control)]));
    if (await onFilled(values as Values)) settle(form);
  };
  return (
    <form aria-label={say(label)} onSubmit={submit}>
      {children}
      <button type="submit">{say(button)}</button>
    </form>
  );
}

/** A number that was left empty is `undefined`. */
function valueIn({ type, checked, value }: HTMLInputElement): string | number | boolean | undefined {
  if (type === 'checkbox') return checked;
  if (type === 'number') return value === '' ? undefined : Number(value);
  return value;
}

/** Puts into the address what a filter was set to, under the name of its control. */
export function onFiltered({ target }: Event): void {
  const { name, type, checked, value } = target as HTMLInputElement;
  refine(name, type === 'checkbox' ? (checked ? 'true' : '') : value);
}

/** What is in force is no longer a draft: like an untouched control, it follows the server from now on. */
function settle(form: HTMLFormElement): void {
  for (const option of form.querySelectorAll('option')) option.defaultSelected = option.selected;
  for (const control of form.querySelectorAll<HTMLInputElement>('input, textarea')) {
    control.defaultValue = control.value;
    control.defaultChecked = control.checked;
  }
  form.reset();
}
