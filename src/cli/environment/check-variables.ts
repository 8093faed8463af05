import { type Environment, isSdkDisabled, variableOf } from '../../config/environment.ts';
import type { Resolved } from '../../config/resolve.ts';
import { REDACT_SQL, SETTINGS, type Setting, type SettingName } from '../../config/settings.ts';
import { identityOf } from '../../session/identity.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { say, told } from '../language.ts';

/** Checks the variables, read as the app reads them. */
export function* checkVariables(resolved: Resolved, environment: Environment): Generator<Finding> {
  const { settings, origins, warnings } = resolved;
  for (const text of warnings) yield warning('variables', told(text), say('badVariableFix'));
  yield* misspelt(environment);
  if (isSdkDisabled(environment)) {
    yield bad('variables', say('sdkDisabled'), say('unset'));
  }
  if (settings.server === undefined) {
    yield bad('variables', say('noServer'), say('noServerFix'));
  }
  const identity = identityOf(settings, environment, undefined);
  if (identity === undefined) {
    yield bad('variables', say('noApp'), say('noAppFix'));
  }
  const names = Object.keys(SETTINGS) as SettingName[];
  const set = names.filter((name) => origins[name] === 'environment');
  if (set.length > 0) {
    yield good('variables', set.map((name) => shown(SETTINGS[name], environment)).join('\n'));
  }
  if (identity !== undefined) {
    const { appId, appName, version, clientId } = identity;
    yield note('app', say('reportsAs', { app: appId, name: appName, version, client: clientId }));
  }
}

function shown({ variable = '', secret }: Setting<unknown>, environment: Environment): string {
  return `${variable}=${secret === true ? '***' : variableOf(environment, variable)}`;
}

/** Variables that begin like ours but do not exist: the app ignores them without a word. */
function* misspelt(environment: Environment): Generator<Finding> {
  const known = [...Object.values(SETTINGS), REDACT_SQL].flatMap(
    ({ variable }: Setting<unknown>) => variable ?? [],
  );
  for (const name of Object.keys(environment)) {
    if (!/^STARDUST_/i.test(name) || known.includes(name)) continue;
    const plain = (text: string) => text.toUpperCase().replaceAll('_', '');
    const meant = known.find((each) => plain(each) === plain(name) || plain(each).includes(plain(name)));
    yield warning(
      'variables',
      say('unknownVariable', { name }),
      meant === undefined ? say('unknownVariableFix') : say('didYouMean', { name: meant }),
    );
  }
}
