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
      {unit === undefined ? (
        children
      ) : (
        <span class="unit">
          {children}
          <span>{say(unit)}</span>
        </span>
      )}
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
}

export function Choice({ label, wide = false, options, ...select }: Labelled & Choices) {
  return (
    <Field label={label} wide={wide}>
      <select {...select}>
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

/** Hands on what a form is filled with. */
export function onSubmitted(use: (filled: FormData, form: HTMLFormElement) => void) {
  return (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    use(new FormData(form), form);
  };
}

/** Puts into the address what a filter was set to, under the name of its control. */
export function onFiltered({ target }: Event): void {
  const { name, type, checked, value } = target as HTMLInputElement;
  refine(name, type === 'checkbox' ? (checked ? 'true' : '') : value);
}

/** The numbers that a form is filled with; those left empty are left out. */
export function numbersIn<K extends string>(
  filled: FormData,
  names: readonly K[],
): Partial<Record<K, number>> {
  const given = names.map((name) => [name, filled.get(name)] as const);
  const filledIn = given.filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(filledIn.map(([name, value]) => [name, Number(value)])) as Partial<
    Record<K, number>
  >;
}
