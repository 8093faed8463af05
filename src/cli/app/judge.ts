import { basename } from 'node:path';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { bad, type Finding, good, note } from '../finding.ts';
import { libraryFindings, severalCopies } from './judge-loading.ts';
import { countFindings, spansFinding } from './judge-spans.ts';
import type { Watched } from './watch-app.ts';

/** Processes that only start others. */
const STARTERS =
  /^(?:npm|npx|npm-cli|npx-cli|pnpm|pnpx|yarn|yarnpkg|corepack|opentelemetry-stardust)(?:\.c?js)?$/;

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
