import { basename } from 'node:path';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { bad, type Finding, good, note } from '../finding.ts';
import { libraryFindings, severalCopies } from './judge-loading.ts';
import { countFindings, spansFinding } from './judge-spans.ts';
import { unseenFindings } from './judge-unseen.ts';
import type { Watched } from './watch-app.ts';

/** Processes that only start others. */
const STARTERS =
  /^(?:npm|npx|npm-cli|npx-cli|pnpm|pnpx|yarn|yarnpkg|corepack|opentelemetry-stardust)(?:\.c?js)?$/;

/** The findings about an app that was watched. */
export function* judge(watched: Watched, command: readonly string[]): Generator<Finding> {
  const { end, seconds, processes } = watched;
  yield howItEnded(watched, command);
  if (end.kind === 'not started') return;
  const app = appAmong(processes);
  if (app === undefined) {
    yield bad(
      'app',
      'No Node.js process was seen.',
      'Does the command start node? A process that a daemon starts is not seen: use the command that the daemon runs.',
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
  yield* unseenFindings(app);
  yield spansFinding(app, seconds);
  yield* countFindings(app);
}

function howItEnded({ end, seconds }: Watched, command: readonly string[]): Finding {
  const what = command.join(' ');
  switch (end.kind) {
    case 'stopped':
      return good('app', `${what} ran for ${seconds} s`);
    case 'not started':
      return bad('app', end.reason, 'Use the command that starts the app.');
    case 'killed':
      return bad('app', `${what} was ended by ${end.signal}.`, 'See its output above.');
    case 'exited':
      return end.code === 0
        ? note('app', `${what} ended by itself`)
        : bad('app', `${what} ended with status ${end.code}.`, 'See its output above.');
  }
}

/** The process with the most spans; without spans, the last one that does not only start others. */
function appAmong(processes: readonly Diagnosis[]): Diagnosis | undefined {
  const own = processes.filter(({ script }) => script === undefined || !isStarter(script));
  const weight = ({ provider, spans }: Diagnosis) =>
    (provider === undefined ? 0 : 1) + spans.names.reduce((sum, { total }) => sum + total, 0);
  return own.sort((a, b) => weight(b) - weight(a) || b.pid - a.pid)[0];
}

function isStarter(script: string): boolean {
  return STARTERS.test(basename(script)) || /[\\/]opentelemetry-stardust[\\/]dist[\\/]cli\.js$/.test(script);
}

function noProvider({ processor }: Diagnosis, command: readonly string[]): Finding {
  const run = `  npx opentelemetry-stardust run -- ${command.join(' ')}`;
  const text = 'No tracer provider was registered, so there are no spans.';
  if (processor === undefined)
    return bad('provider', text, `Start the app with OpenTelemetry before it:\n${run}`);
  return bad(
    'provider',
    text,
    'Call register() on the provider that has the processor, or start() on NodeSDK.',
  );
}
