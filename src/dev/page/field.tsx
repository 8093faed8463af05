import type { ComponentChildren, JSX } from 'preact';
import { say, type Word } from './language.ts';
import { refine } from './state.ts';

interface Labelled {
  readonly label: Word;
  readonly unit?: Word | undefined;
  /** The label stands above the control, not in front of it. */
  readonly wide?: boolean;
}

/** A control with its label and its unit. */
export function Field({ label, unit, wide, children }: Labelled & { readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in
    <label class={wide ? 'field wide' : 'field'}>
      <span>{say(label)}</span>
      <span class="unit">
        {children}
        {unit && <span>{say(unit)}</span>}
      </span>
    </label>
  );
}

export function Input({ label, unit, ...input }: Labelled & JSX.InputHTMLAttributes) {
  return (
    <Field label={label} unit={unit}>
      <input autocomplete="off" spellcheck={false} {...input} />
    </Field>
  );
}

interface Choices extends JSX.SelectHTMLAttributes {
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onPick?: (value: string) => void;
}

export function Choice({ label, wide = false, options, onPick, ...select }: Labelled & Choices) {
  return (
    <Field label={label} wide={wide}>
      <select onChange={({ currentTarget }) => onPick?.(currentTarget.value)} {...select}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** All apps, and each. */
export function choicesOf(apps: readonly { readonly appId: string }[]): Choices['options'] {
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

interface Filled extends JSX.HTMLAttributes<HTMLFormElement> {
  readonly label: Word;
  readonly button: Word;
  readonly onFilled: (filled: FormData, form: HTMLFormElement) => void;
}

/** A form and its button, which hands on what it is filled with. */
export function Form({ label, button, onFilled, children, ...form }: Filled) {
  const submit = (event: JSX.TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onFilled(new FormData(event.currentTarget), event.currentTarget);
  };
  return (
    <form aria-label={say(label)} onSubmit={submit} {...form}>
      {children}
      <button type="submit">{say(button)}</button>
    </form>
  );
}

/** Puts into the address what a filter was set to, under the name of its control. */
export function onFiltered({ target }: Event): void {
  const { name, type, checked, value } = target as HTMLInputElement;
  refine(name, type === 'checkbox' ? (checked ? 'true' : '') : value);
}

/** The numbers that a form is filled with; those left empty are left out. */
export function numbersIn(filled: FormData, names: readonly string[]): Readonly<Record<string, number>> {
  const given = names.filter((name) => filled.get(name));
  return Object.fromEntries(given.map((name) => [name, Number(filled.get(name))]));
}
