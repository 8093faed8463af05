import type { SamplingLimits } from '../../aggregate/limits.ts';
import type { Outcome } from '../../wire/answer.ts';
import type { Fields } from '../../wire/fields.ts';
import { bad, counted, type Finding, good } from '../finding.ts';

/** Below this it is the way of the answer, and what a clock is allowed. */
const CLOCK_TOLERANCE_MS = 60_000;
/** The server takes a salted secret within so much of its own clock (docs/protocol.md, "Login"). */
export const SALT_TOLERANCE_MS = 600_000;

export const FIXES = {
  ping: 'The log of the Stardust server tells why.',
  report: 'The log of the Stardust server tells why. Counts wait in the app meanwhile.',
} as const;

/** An outcome that is no answer with data. */
export type Failure = Exclude<Outcome, { kind: 'delivered' }>;

export function refusedLogin(outcome: Failure): Finding {
  const text = `The server refuses the login: ${refusalOf(outcome)}`.trim();
  if (outcome.kind !== 'refused' || outcome.code !== 403)
    return bad('login', text, 'The log of the Stardust server tells why.');
  return bad(
    'login',
    text,
    'Is the app switched on, on the console? Is STARDUST_SECRET its secret? A clock ten minutes off also makes a secret wrong.',
  );
}

export function clockFinding(offsetMs: number, saltsSecret: boolean): Finding {
  const seconds = Math.abs(offsetMs / 1_000);
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) {
    const text =
      seconds < 1
        ? 'the clocks agree'
        : `the clocks are ${Math.round(seconds)} s apart; figures are set right`;
    return good('clock', text, { offsetMillis: offsetMs });
  }
  const way = offsetMs > 0 ? 'behind' : 'ahead of';
  const text = `The clock of this machine is ${inMinutes(seconds)} ${way} the server's.`;
  const fix =
    'Set the clock, by NTP for example. Until then the times in reports are moved by the difference.';
  return {
    step: 'clock',
    verdict: saltsSecret && Math.abs(offsetMs) > SALT_TOLERANCE_MS ? 'bad' : 'warning',
    text,
    fix,
    details: { offsetMillis: offsetMs },
  };
}

function inMinutes(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`;
}

export function limitsFinding(limits: SamplingLimits): Finding {
  const { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength } = limits;
  const text = `a report every ${periodSeconds} s, with ${counted(maxSamples, 'sample')} and ${counted(maxErrors, 'error')} of a name; slow is above ${slowThresholdMillis.toLocaleString('en-US')} ms; tags have up to ${counted(maxTagLength, 'character')}`;
  return good('limits', text, { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength });
}

export function excludesFinding(answer: Fields): Finding {
  const list = answer.get('excludes');
  const excludes = Array.isArray(list) ? list.map(String).filter((each) => each.trim() !== '') : [];
  if (excludes.length === 0) return good('excludes', 'the server excludes no names', { excludes });
  const shown = excludes.slice(0, 10).join('  ');
  const more = excludes.length > 10 ? `  and ${excludes.length - 10} more` : '';
  if (excludes.some((each) => /^[*?\s]*\*[*?\s]*$/.test(each))) {
    return {
      step: 'excludes',
      verdict: 'warning',
      text: `The server excludes every name: ${shown}${more}`,
      fix: 'Take the entry * off the list of excludes, on the console.',
      details: { excludes },
    };
  }
  return good('excludes', `the server excludes: ${shown}${more}`, { excludes });
}

export function refusalOf(outcome: Failure): string {
  switch (outcome.kind) {
    case 'refused':
      return `${outcome.code} ${outcome.message}`;
    case 'unreachable':
      return outcome.reason;
    default:
      return outcome.message;
  }
}
