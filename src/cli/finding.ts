/** What one step of a check found. The words of `step` are kept from version to version. */
export interface Finding {
  readonly step: string;
  /** `bad` fails the check; `warning` and `note` do not. */
  readonly verdict: 'good' | 'note' | 'warning' | 'bad';
  readonly text: string;
  /** What to do about it, in a sentence. */
  readonly mend?: string;
  /** The same for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export function good(step: string, text: string, details?: Finding['details']): Finding {
  return { step, verdict: 'good', text, ...(details !== undefined && { details }) };
}

export function note(step: string, text: string): Finding {
  return { step, verdict: 'note', text };
}

export function warning(step: string, text: string, mend: string): Finding {
  return { step, verdict: 'warning', text, mend };
}

export function bad(step: string, text: string, mend: string): Finding {
  return { step, verdict: 'bad', text, mend };
}
