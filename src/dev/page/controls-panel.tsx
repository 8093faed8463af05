import type { ServerLimits } from '../options.ts';
import { FaultsForm } from './faults-form.tsx';
import { wideField } from './field.tsx';
import { say } from './language.ts';
import { ExcludesForm, LimitsForm } from './limits-form.tsx';
import type { Control, Overview } from './page-data.ts';

interface Properties {
  readonly overview: Overview | undefined;
  /** The app whose limits are set; empty for all. */
  readonly scope: string;
  readonly choose: (appId: string) => void;
  /** The result of the last order, read out by screen readers too. */
  readonly outcome: { readonly text: string; readonly failed: boolean };
  readonly act: (control: Control, done: string) => void;
}

/** Everything that changes the server: limits, excludes, faults. */
export function ControlsPanel({ overview, scope, choose, outcome, act }: Properties) {
  const { apps = [], faults = [] } = overview ?? {};
  const ids = apps.map(({ appId }) => appId).filter((appId) => appId !== '');
  // May be an app that is not there yet.
  const appId = ids.includes(scope) ? scope : '';
  const limits = apps.find((app) => appId !== '' && app.appId === appId)?.limits ?? overview?.limits;
  const set = (changed: Partial<ServerLimits>, done: 'limitsSet' | 'excludesSet') =>
    act(
      { do: 'limits', ...(appId === '' ? {} : { appId }), limits: changed },
      say(done, { scope: appId === '' ? say('allApps') : appId }),
    );
  return (
    <aside class="controls" aria-label={say('controls')}>
      <p role="status" class={outcome.failed ? 'outcome bad' : 'outcome'}>
        {outcome.text}
      </p>
      <h2>{say('limits')}</h2>
      {wideField(
        say('scope'),
        <select value={appId} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          <option value="">{say('allApps')}</option>
          {ids.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>,
      )}
      {limits !== undefined && (
        <LimitsForm key={`limits of ${appId}`} limits={limits} submit={(each) => set(each, 'limitsSet')} />
      )}
      <p class="note">{say('limitsHint')}</p>
      <h2>{say('excludes')}</h2>
      {limits !== undefined && (
        <ExcludesForm
          key={`excludes of ${appId}`}
          limits={limits}
          submit={(each) => set(each, 'excludesSet')}
        />
      )}
      <h2>{say('faults')}</h2>
      <FaultsForm faults={faults} act={act} />
      <h2>{say('server')}</h2>
      <div class="buttons">
        <button type="button" onClick={() => act({ do: 'revoke-tokens' }, say('tokensRevoked'))}>
          {say('revokeTokens')}
        </button>
        <button type="button" onClick={() => act({ do: 'clear' }, say('cleared'))}>
          {say('clear')}
        </button>
      </div>
    </aside>
  );
}
