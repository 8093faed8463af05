import { useLayoutEffect, useState } from 'preact/hooks';
import { MAX_EXCLUDES, LIMIT_RANGES as RANGES, type ServerLimits } from '../limits.ts';
import { FaultsForm } from './faults-form.tsx';
import { actButton, choicesOf, Field, Form } from './field.tsx';
import { say, type Word } from './language.ts';
import type { Overview } from './page-data.ts';
import { act, type State } from './state.ts';

interface Controlled extends State {
  readonly overview: Overview;
  /** The app that the page shows; empty for all, `undefined` if it shows something else. */
  readonly shown: string | undefined;
}

/** Everything that changes the server. Limits are for the app that is shown, until another is chosen. */
export function ControlsPanel({ overview, shown, outcome }: Controlled) {
  const [scope, setScope] = useState('');
  useLayoutEffect(() => setScope((before) => shown ?? before), [shown]);
  // Empty for all apps; also while the app in scope is not there yet.
  const app = overview.apps.find(({ appId }) => appId !== '' && appId === scope);
  const { appId, limits } = app ?? { ...overview, appId: '' };
  const set = (done: Word) => (limits: Partial<ServerLimits>) =>
    act({ do: 'limits', ...(appId && { appId }), limits }, say(done, { scope: appId || say('allApps') }));
  const setExcludes = ({ excludes: lines }: Record<'excludes', string>) =>
    set('excludesSet')({ excludes: lines.split('\n').slice(0, MAX_EXCLUDES) });
  return (
    <aside class="controls" aria-label={say('controls')}>
      <p role="status" class={outcome.failed ? 'outcome bad' : 'outcome'}>
        {outcome.text}
      </p>
      <h2>{say('limits')}</h2>
      <Field label="scope" value={appId} options={choicesOf(overview.apps)} onPick={setScope} />
      <Form key={`limits of ${appId}`} label="limits" button="setLimits" onFilled={set('limitsSet')}>
        <Field label="period" unit="seconds" range={RANGES.period} preset={limits.period} />
        <Field label="maxSamples" range={RANGES.maxSamples} preset={limits.maxSamples} />
        <Field label="maxErrors" range={RANGES.maxErrors} preset={limits.maxErrors} />
        <Field label="timeout" unit="millis" range={RANGES.timeout} preset={limits.timeout} />
        <Field label="maxTagLength" range={RANGES.maxTagLength} preset={limits.maxTagLength} />
        <Field label="requestTagLength" range={RANGES.requestTagLength} preset={limits.requestTagLength} />
        <Field label="enableMeter" type="checkbox" defaultChecked={limits.enableMeter} />
      </Form>
      <p class="note">{say('limitsHint')}</p>
      <h2>{say('excludes')}</h2>
      <Form key={`excludes of ${appId}`} label="excludes" button="setExcludes" onFilled={setExcludes}>
        <Field label="excludesLabel" name="excludes" rows={3} defaultValue={limits.excludes?.join('\n')} />
      </Form>
      <h2>{say('faults')}</h2>
      <FaultsForm faults={overview.faults} />
      <h2>{say('server')}</h2>
      <div class="buttons">
        {actButton('revokeTokens', () => act({ do: 'revoke-tokens' }, say('tokensRevoked')))}
        {actButton('clear', () => act({ do: 'clear' }, say('cleared')))}
      </div>
    </aside>
  );
}
