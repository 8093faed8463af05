import { basename } from 'node:path';
import type { ApiCopy } from '../../diagnose/api.ts';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import type { StardustStats } from '../../stats.ts';
import { partsOf } from '../environment/packages.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { counted } from '../paper.ts';
import type { Watched } from './watch-app.ts';

/** Processes that only start others. */
const STARTERS =
  /^(?:npm|npx|npm-cli|npx-cli|pnpm|pnpx|yarn|yarnpkg|corepack|opentelemetry-stardust)(?:\.c?js)?$/;
const SHOWN_NAMES = 10;

/** What was seen of an app, with what to do about it. */
export function* judge(watched: Watched, command: readonly string[]): Generator<Finding> {
  const { end, seconds, processes } = watched;
  yield howItEnded(watched, command);
  if (end.kind === 'not started') return;
  const app = appAmong(processes);
  if (app === undefined) {
    yield bad(
      'app',
      'No process of Node was seen.',
      'Is it node that the command starts? What a daemon starts is not seen: give the command that it runs.',
    );
    return;
  }
  if (app.apiCopies.length > 1) yield severalCopies(app);
  if (app.provider === undefined) {
    yield noProvider(app, command);
    return;
  }
  yield good('provider', `a tracer provider is registered, by @opentelemetry/api ${app.provider.apiVersion}`);
  yield* libraryFindings(app);
  yield spansFinding(app, seconds);
  yield* countFindings(app);
}

function howItEnded({ end, seconds }: Watched, command: readonly string[]): Finding {
  const what = command.join(' ');
  switch (end.kind) {
    case 'stopped':
      return good('app', `${what} ran for ${seconds} s`);
    case 'not started':
      return bad('app', end.reason, 'Give the command as you would start the app.');
    case 'killed':
      return bad('app', `${what} was ended by ${end.signal}.`, 'See what it printed above.');
    case 'exited':
      return end.code === 0
        ? note('app', `${what} ended by itself`)
        : bad('app', `${what} ended with status ${end.code}.`, 'See what it printed above.');
  }
}

/** The process that makes the spans; where none does, the last one that does not merely start others. */
function appAmong(processes: readonly Diagnosis[]): Diagnosis | undefined {
  const own = processes.filter(({ script }) => script === undefined || !isStarter(script));
  const weight = ({ provider, spans }: Diagnosis) =>
    (provider === undefined ? 0 : 1) + spans.names.reduce((sum, { total }) => sum + total, 0);
  return own.sort((a, b) => weight(b) - weight(a) || b.pid - a.pid)[0];
}

function isStarter(script: string): boolean {
  return STARTERS.test(basename(script)) || /[\\/]opentelemetry-stardust[\\/]dist[\\/]cli\.js$/.test(script);
}

function severalCopies({ apiCopies, provider }: Diagnosis): Finding {
  const list = apiCopies.map(({ version, folder }) => `${version} in ${folder}`).join('\n');
  const text = `The app has loaded ${apiCopies.length} copies of @opentelemetry/api:\n${list}`;
  const mend = 'Make it one: npm ls @opentelemetry/api shows who brings which, and npm dedupe helps.';
  const versions = new Set(apiCopies.map(({ version }) => version));
  const blind = apiCopies.filter((copy) => provider === undefined || !sees(copy, provider.apiVersion));
  if (versions.size === 1) return warning('api', text, mend);
  if (blind.length === 0) return warning('api', text, mend);
  return bad(
    'api',
    `${text}\nSpans made through ${blind.map(({ version }) => version).join(', ')} are not seen.`,
    mend,
  );
}

/** A copy uses what an equal or a later minor version registered, and none other. */
function sees({ version }: ApiCopy, registered: string): boolean {
  return partsOf(version)[1] <= partsOf(registered)[1];
}

function noProvider({ processor }: Diagnosis, command: readonly string[]): Finding {
  const run = `  npx opentelemetry-stardust run -- ${command.join(' ')}`;
  const text = 'No tracer provider was registered, so that no span is made.';
  if (processor === undefined)
    return bad('provider', text, `Start the app with OpenTelemetry before it:\n${run}`);
  return bad(
    'provider',
    text,
    'Call register() of the provider that has the processor, or start() of NodeSDK.',
  );
}

function* libraryFindings({ isInstrumented, libraries }: Diagnosis): Generator<Finding> {
  if (!isInstrumented) {
    yield warning(
      'libraries',
      'No instrumentation is registered: only spans made by hand are seen.',
      'Call registerInstrumentations with getNodeAutoInstrumentations(), as the README shows.',
    );
    return;
  }
  const missed = libraries.filter(({ isWatched }) => !isWatched);
  const early = missed.filter(({ by }) => by === 'require').map(({ name }) => name);
  const unhooked = missed.filter(({ by }) => by === 'import').map(({ name }) => name);
  if (early.length > 0) {
    yield bad(
      'libraries',
      `Loaded before OpenTelemetry, so that their spans are missing: ${early.join(', ')}`,
      'Load OpenTelemetry first, from outside of the app:\n  node --require ./instrument.cjs app.js',
    );
  }
  if (unhooked.length > 0) {
    yield bad(
      'modules',
      `Imported by an ES module without a hook, so that their spans are missing: ${unhooked.join(', ')}`,
      'Register the hook before the app is loaded (README, ES modules):\n  node --import ./instrument.mjs app.mjs',
    );
  }
  const seen = libraries.filter(({ isWatched }) => isWatched).map(({ name }) => name);
  if (seen.length > 0) yield good('libraries', `loaded after OpenTelemetry: ${seen.join(', ')}`);
}

function spansFinding({ spans: { names, unrecorded } }: Diagnosis, seconds: number): Finding {
  const total = names.reduce((sum, each) => sum + each.total, 0);
  if (total === 0 && unrecorded > 0) {
    return bad(
      'spans',
      `${counted(unrecorded, 'span')} not recorded: a sampler left them out.`,
      'Take the sampler of stardust(), which has all recorded.',
    );
  }
  if (total === 0) {
    return warning(
      'spans',
      `No span ended within ${seconds} s.`,
      'Call the app meanwhile, or give it more time: --seconds 30',
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

function* countFindings({ processor, spans }: Diagnosis): Generator<Finding> {
  if (processor === undefined) {
    yield bad(
      'processor',
      'There is no StardustSpanProcessor, so that nothing is counted.',
      'Give what stardust() returns to the tracer provider, as the README shows.',
    );
    return;
  }
  const { counted: total, session, lastError, server } = processor;
  if (session === 'inactive') {
    yield bad(
      'processor',
      'The StardustSpanProcessor is inactive: nothing is counted.',
      'See why: npx opentelemetry-stardust check',
    );
    return;
  }
  const dropped = Object.entries(processor.dropped).filter(([, count]) => count > 0);
  if (total === 0 && spans.names.length > 0 && dropped.length === 0) {
    yield bad(
      'processor',
      'There is a StardustSpanProcessor, and the spans do not reach it.',
      'Give it to the tracer provider that is registered, in spanProcessors.',
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
      'See why: npx opentelemetry-stardust check',
    );
  }
  if (session === 'new') return note('session', `no login at ${server} yet`);
  return good('session', `logged in at ${server}`);
}
