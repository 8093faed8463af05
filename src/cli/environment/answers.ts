import type { SamplingLimits } from '../../aggregate/limits.ts';
import type { Outcome } from '../../wire/answer.ts';
import type { Fields } from '../../wire/fields.ts';
import { bad, type Finding, good, warning } from '../finding.ts';
import { counted, say, told } from '../language.ts';

/** Below this it is the way of the answer, and what a clock is allowed. */
const CLOCK_TOLERANCE_MS = 60_000;
/** The server takes a salted secret within so much of its own clock (docs/protocol.md, "Login"). */
export const SALT_TOLERANCE_MS = 600_000;

/** An outcome that is no answer with data. */
export type Failure = Exclude<Outcome, { kind: 'delivered' }>;

export function refusedLogin(outcome: Failure): Finding {
  const text = say('loginRefused', { refusal: refusalOf(outcome) }).trim();
  if (outcome.kind !== 'refused' || outcome.code !== 403) return bad('login', text, say('serverLog'));
  return bad('login', text, say('loginRefusedFix'));
}

export function clockFinding(offsetMs: number, saltsSecret: boolean): Finding {
  const seconds = Math.abs(offsetMs / 1_000);
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) {
    const text = seconds < 1 ? say('clocksAgree') : say('clocksApart', { seconds: Math.round(seconds) });
    return good('clock', text, { offsetMillis: offsetMs });
  }
  const text = say(offsetMs > 0 ? 'clockBehind' : 'clockAhead', { time: inMinutes(seconds) });
  const judged = saltsSecret && Math.abs(offsetMs) > SALT_TOLERANCE_MS ? bad : warning;
  return judged('clock', text, say('clockFix'), { offsetMillis: offsetMs });
}

function inMinutes(seconds: number): string {
  return seconds < 120
    ? say('seconds', { n: Math.round(seconds) })
    : say('minutes', { n: Math.round(seconds / 60) });
}

export function limitsFinding(limits: SamplingLimits): Finding {
  const { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength } = limits;
  const text = say('limits', {
    period: periodSeconds,
    samples: counted(maxSamples, 'samples'),
    errors: counted(maxErrors, 'errors'),
    slow: slowThresholdMillis.toLocaleString('en-US'),
    length: counted(maxTagLength, 'characters'),
  });
  return good('limits', text, { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength });
}

export function excludesFinding(answer: Fields): Finding {
  const given = answer.get('excludes');
  const excludes = Array.isArray(given) ? given.map(String).filter((each) => each.trim() !== '') : [];
  if (excludes.length === 0) return good('excludes', say('excludesNone'), { excludes });
  const first = excludes.slice(0, 10).join('  ');
  const list = excludes.length > 10 ? say('excludesMore', { list: first, n: excludes.length - 10 }) : first;
  if (excludes.some((each) => /^[*?\s]*\*[*?\s]*$/.test(each))) {
    return warning('excludes', say('excludesAll', { list }), say('excludesAllFix'), { excludes });
  }
  return good('excludes', say('excludes', { list }), { excludes });
}

/** What a server or the way to it said. */
export function refusalOf(outcome: Failure): string {
  switch (outcome.kind) {
    case 'refused':
      return `${outcome.code} ${told(outcome.message)}`;
    case 'unreachable':
      return told(outcome.reason);
    default:
      return told(outcome.message);
  }
}
