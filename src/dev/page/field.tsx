import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

/** A control with its label in front and, if it is a number, its unit behind. */
export function field(label: string, control: JSX.Element, unit = ''): JSX.Element {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in
    <label class="field">
      <span>{label}</span>
      {unit === '' ? (
        control
      ) : (
        <span class="unit">
          {control}
          <span>{unit}</span>
        </span>
      )}
    </label>
  );
}

/** A control with its label above it. */
export function wideField(label: string, control: JSX.Element): JSX.Element {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is handed in
    <label class="field wide">
      <span>{label}</span>
      {control}
    </label>
  );
}

/** What was typed stays when the server answers; what was not touched follows the server. */
export function useDraft<T>(known: T): [value: T, type: (typed: T) => void] {
  const [draft, setDraft] = useState<{ readonly typed: T }>();
  if (draft !== undefined && draft.typed === known) setDraft(undefined);
  return [draft === undefined ? known : draft.typed, (typed) => setDraft({ typed })];
}
