/** The result of one step of a check. The values of `step` stay the same across versions. */
export interface Finding {
  readonly step: string;
  /** `bad` fails the check; `warning` and `note` do not. */
  readonly verdict: 'good' | 'note' | 'warning' | 'bad';
  readonly text: string;
  /** What to do about it, in a sentence. */
  readonly fix?: string;
  /** Figures for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
}

type Details = Finding['details'];

export function good(step: string, text: string, details?: Details): Finding {
  return { step, verdict: 'good', text, ...(details && { details }) };
}

export function note(step: string, text: string): Finding {
  return { step, verdict: 'note', text };
}

export function warning(step: string, text: string, fix: string, details?: Details): Finding {
  return { step, verdict: 'warning', text, fix, ...(details && { details }) };
}

export function bad(step: string, text: string, fix: string, details?: Details): Finding {
  return { step, verdict: 'bad', text, fix, ...(details && { details }) };
}
