import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import type { StardustStats } from '../../lifecycle/stats.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { counted, say, told } from '../language.ts';

const SHOWN_NAMES = 10;

/** Which spans ended. */
export function spansFinding({ spans: { names, unrecorded } }: Diagnosis, seconds: number): Finding {
  const total = names.reduce((sum, each) => sum + each.total, 0);
  if (total === 0 && unrecorded > 0) {
    return bad('spans', say('unrecorded', { spans: counted(unrecorded, 'spans') }), say('unrecordedFix'));
  }
  if (total === 0) {
    return warning('spans', say('noSpan', { seconds }), say('noSpanFix'));
  }
  const list = names
    .slice(0, SHOWN_NAMES)
    .map(
      ({ name, kind, total: count }) => `${String(count).padStart(7)} ${kind.padEnd(8)} ${name.slice(0, 58)}`,
    );
  if (names.length > SHOWN_NAMES) list.push(say('moreNames', { n: names.length - SHOWN_NAMES }));
  const missing = unrecorded === 0 ? '' : say('spansMissing', { n: unrecorded });
  const text = say('spansEnded', { spans: counted(total, 'spans'), missing });
  return good('spans', `${text}\n${list.join('\n')}`, {
    total,
    unrecorded,
    names,
  });
}

/** Whether the processor exists, gets the spans, and has a server. */
export function* countFindings(app: Diagnosis): Generator<Finding> {
  const { processor, spans } = app;
  if (processor === undefined) {
    yield isOfOtherSdk(app)
      ? otherSdkFinding(app)
      : bad('processor', say('noProcessor'), say('noProcessorFix'));
    return;
  }
  const { counted: total, session } = processor;
  if (session === 'inactive') {
    yield bad('processor', say('inactive'), say('findOut'));
    return;
  }
  const reasons = Object.entries(processor.dropped) as [keyof StardustStats['dropped'], number][];
  const dropped = reasons.filter(([, count]) => count > 0);
  if (total === 0 && spans.names.length > 0 && dropped.length === 0) {
    yield isOfOtherSdk(app)
      ? otherSdkFinding(app)
      : bad('processor', say('notReached'), say('notReachedFix'));
    return;
  }
  const left = dropped.map(([reason, n]) => say(reason, { n })).join(', ');
  yield good(
    'processor',
    say(left === '' ? 'counted' : 'countedBut', { spans: counted(total, 'spans'), left }),
    { counted: total, dropped: processor.dropped },
  );
  yield sessionFinding(processor);
}

function isOfOtherSdk({ provider, otherSdk }: Diagnosis): boolean {
  return provider?.tookOver === true || otherSdk !== undefined;
}

/** Another SDK has the tracer provider, and its spans reach no StardustSpanProcessor. */
function otherSdkFinding({ otherSdk }: Diagnosis): Finding {
  const [, major] = /^Sentry (\d+)/.exec(otherSdk ?? '') ?? [];
  const leave = major === undefined ? '' : say(Number(major) < 11 ? 'sentry10Fix' : 'sentry11Fix');
  const text = say('otherSdk', { sdk: otherSdk ?? say('anotherSdk') });
  return bad('processor', text, `${leave}${say('otherSdkFix')}`);
}

function sessionFinding({ session, server, lastError, counted: total, delivered }: StardustStats): Finding {
  const wentUndelivered = session === 'closed' && total > 0 && delivered === 0 && lastError !== undefined;
  if (session === 'away' || session === 'refused' || wentUndelivered) {
    const why = lastError === undefined ? '' : `: ${told(lastError)}`;
    return bad(
      'session',
      say(session === 'refused' ? 'refusing' : 'away', { server: String(server), why }),
      say('findOut'),
    );
  }
  if (session === 'new') return note('session', say('notYet', { server: String(server) }));
  return good('session', say('loggedIn', { server: String(server) }));
}
