import type { StardustStats } from '../../delivery/stats.ts';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { bad, counted, type Finding, good, note, warning } from '../finding.ts';

const SHOWN_NAMES = 10;

/** Which spans ended. */
export function spansFinding({ spans: { names, unrecorded } }: Diagnosis, seconds: number): Finding {
  const total = names.reduce((sum, each) => sum + each.total, 0);
  if (total === 0 && unrecorded > 0) {
    return bad(
      'spans',
      `No span was recorded: a sampler dropped ${counted(unrecorded, 'span')}.`,
      'Use the sampler of stardust(), which records every span.',
    );
  }
  if (total === 0) {
    return warning(
      'spans',
      `No span ended within ${seconds} s.`,
      'Send requests to the app while it runs, or give it more time: --seconds 30',
    );
  }
  const list = names
    .slice(0, SHOWN_NAMES)
    .map(
      ({ name, kind, total: count }) => `${String(count).padStart(7)} ${kind.padEnd(8)} ${name.slice(0, 58)}`,
    );
  if (names.length > SHOWN_NAMES) list.push(`        and ${names.length - SHOWN_NAMES} more names`);
  const missing = unrecorded === 0 ? '' : `; ${unrecorded} more were not recorded by a sampler`;
  return good('spans', `${counted(total, 'span')} ended${missing}\n${list.join('\n')}`, {
    total,
    unrecorded,
    names,
  });
}

/** Whether the processor exists, gets the spans, and has a server. */
export function* countFindings({ processor, spans }: Diagnosis): Generator<Finding> {
  if (processor === undefined) {
    yield bad(
      'processor',
      'There is no StardustSpanProcessor, so nothing is counted.',
      'Pass what stardust() returns to the tracer provider, as the README shows.',
    );
    return;
  }
  const { counted: total, session, lastError, server } = processor;
  if (session === 'inactive') {
    yield bad(
      'processor',
      'The StardustSpanProcessor is inactive, so nothing is counted.',
      'Find out why: npx opentelemetry-stardust check',
    );
    return;
  }
  const dropped = Object.entries(processor.dropped).filter(([, count]) => count > 0);
  if (total === 0 && spans.names.length > 0 && dropped.length === 0) {
    yield bad(
      'processor',
      'There is a StardustSpanProcessor, but the spans do not reach it.',
      'Pass it to the registered tracer provider, in spanProcessors.',
    );
    return;
  }
  const left = dropped.map(([reason, count]) => `${count} ${reason}`).join(', ');
  yield good(
    'processor',
    `a StardustSpanProcessor has counted ${counted(total, 'span')}${left === '' ? '' : `; not counted: ${left}`}`,
    { counted: total, dropped: processor.dropped },
  );
  yield sessionFinding(session, server, lastError);
}

function sessionFinding(
  session: StardustStats['session'],
  server: string | undefined,
  lastError: string | undefined,
): Finding {
  if (session === 'away' || session === 'refused') {
    return bad(
      'session',
      `${server} is ${session === 'away' ? 'away' : 'refusing the login'}${lastError === undefined ? '' : `: ${lastError}`}`,
      'Find out why: npx opentelemetry-stardust check',
    );
  }
  if (session === 'new') return note('session', `no login at ${server} yet`);
  return good('session', `logged in at ${server}`);
}
