import { basename } from 'node:path';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { bad, type Finding, good, note } from '../finding.ts';
import { say } from '../language.ts';
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
    yield bad('app', say('noProcess'), say('noProcessFix'));
    return;
  }
  if (app.apiCopies.length > 1) yield severalCopies(app);
  if (app.provider === undefined) {
    yield noProvider(app, command);
    return;
  }
  yield good('provider', say('provider', { version: app.provider.apiVersion }));
  if (app.provider.tookOver && app.processor !== undefined) yield note('sdk', say('gaveWay'));
  yield* libraryFindings(app);
  yield* unseenFindings(app);
  yield spansFinding(app, seconds);
  yield* countFindings(app);
}

function howItEnded({ end, seconds }: Watched, command: readonly string[]): Finding {
  const what = command.join(' ');
  switch (end.kind) {
    case 'stopped':
      return good('app', say('ran', { command: what, seconds }));
    case 'not started':
      return bad('app', end.reason, say('startFix'));
    case 'killed':
      return bad('app', say('killed', { command: what, signal: end.signal }), say('seeOutput'));
    case 'exited':
      return end.code === 0
        ? note('app', say('endedItself', { command: what }))
        : bad('app', say('endedStatus', { command: what, code: end.code }), say('seeOutput'));
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
  const text = say('noProvider');
  if (processor === undefined) return bad('provider', text, say('noProviderFix', { command: run }));
  return bad('provider', text, say('noRegisterFix'));
}
