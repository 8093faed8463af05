import { type ComponentChildren, h, type JSX } from 'preact';
import { say, type Word } from './language.ts';
import { inAddress, refine } from './state.ts';

/** A text, unless a kind is given. */
interface FieldOf extends JSX.AllHTMLAttributes<HTMLInputElement> {
  /** Also its name, if it has no other. */
  readonly label: Word;
  readonly unit?: Word;
  /** Makes it a number. */
  readonly range?: readonly [from: number, to?: number];
  /** The number until another is typed; it cannot be left empty then. */
  readonly preset?: number;
  /** Makes it a choice: texts by their values. */
  readonly options?: ReadonlyMap<string, string>;
  /** Gets each value; an empty one of what is not checked. */
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
    onInput: ({ currentTarget: { type, checked, value } }: JSX.TargetedEvent<HTMLInputElement>) =>
      onPick?.(type === 'checkbox' && !checked ? '' : value),
    ...more,
  };
  const choices = options && [...options].map(([value, text]) => h('option', { key: value, value }, text));
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: it is made by `h`
    <label class="field">
      {say(label)}
      {h(kind, control, choices)}
      {unit && <span>{say(unit)}</span>}
    </label>
  );
}

/** A field whose value stands in the address. */
export function Filter(field: FieldOf) {
  const name = `${field.name ?? field.label}`;
  const value = inAddress(name);
  const pick = (value: string) => refine(name, value);
  return <Field value={value} checked={value === 'true'} onPick={pick} {...field} />;
}

/** All apps, and each. */
export function choicesOf(apps: readonly { readonly appId: string }[]): ReadonlyMap<string, string> {
  const ids = apps.map(({ appId }) => appId).filter((id) => id !== '');
  return new Map([['', say('allApps')], ...ids.map((id) => [id, id] as const)]);
}

type FormOf<V> = { button: Word; children: ComponentChildren; onFilled: (values: V) => unknown };

/** Hands over its values by name. If it hears that they are in force, they are no longer drafts. */
export function Form<Values>({ button, children, onFilled }: FormOf<Values>) {
  const submit = async (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const controls = [...form.querySelectorAll<HTMLInputElement>('[name]')];
    const values = Object.fromEntries(controls.map((control) => [control.name, valueIn(control)]));
    if (!(await onFilled(values as Values))) return;
    // Like an untouched control, each follows the server from now on.
    for (const each of controls)
      Object.assign(each, { defaultValue: each.value, defaultChecked: each.checked });
    form.reset();
  };
  return (
    <form aria-label={say(button)} onSubmit={submit}>
      {children}
      <button type="submit">{say(button)}</button>
    </form>
  );
}

/** A number that was left empty is `undefined`; a text of several lines is a list. */
function valueIn({ type, checked, value }: HTMLInputElement) {
  if (type === 'checkbox') return checked;
  if (type === 'number') return value === '' ? undefined : Number(value);
  return type === 'textarea' ? value.split('\n') : value;
}
