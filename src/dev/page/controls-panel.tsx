import { useLayoutEffect, useState } from 'preact/hooks';
import { LIMIT_RANGES as RANGES, type ServerLimits } from '../limits.ts';
import { choicesOf, Field, Form } from './form.tsx';
import { line, millis, say, type Word } from './language.ts';
import { FAULT_EFFECTS, type FaultOverview, type NewFault } from './page-data.ts';
import { button } from './parts.tsx';
import { act, type Shown } from './state.ts';

const EFFECTS = new Map<string, string>(FAULT_EFFECTS.map((name) => [name, say(`effect${name}`)]));
/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = new Map([
  ['', say('everyCall')],
  ['/Trace/', say('onlyReports')],
  ['/App/Login', say('onlyLogins')],
  ['/App/Ping', say('onlyPings')],
]);

/** Everything that changes the server. Limits are for the app that is shown, until another is chosen. */
export function ControlsPanel({ overview, app: shown }: Shown) {
  const [scope, setScope] = useState('');
  const [effect, setEffect] = useState<string>(FAULT_EFFECTS[0]);
  useLayoutEffect(() => setScope((before) => shown ?? before), [shown]);
  // Empty for all apps; also while the app in scope is not there yet.
  const app = overview.apps.find(({ appId }) => appId !== '' && appId === scope);
  const { appId, limits } = app ?? { ...overview, appId: '' };
  const set = (done: Word) => (limits: Partial<ServerLimits>) =>
    act({ do: 'limits', ...(appId && { appId }), limits }, say(done, { scope: appId || say('allApps') }));
  const inject = (fault: NewFault) => void act({ do: 'fault', ...fault }, say('injected'));
  return (
    <>
      <h2>{say('limits')}</h2>
      <Field label="scope" value={appId} options={choicesOf(overview.apps)} onPick={setScope} />
      <Form key={`limits of ${appId}`} button="setLimits" onFilled={set('limitsSet')}>
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
      <Form key={`excludes of ${appId}`} button="setExcludes" onFilled={set('excludesSet')}>
        <Field label="excludesLabel" name="excludes" rows={3} defaultValue={limits.excludes?.join('\n')} />
      </Form>
      <h2>{say('faults')}</h2>
      <Form button="inject" onFilled={inject}>
        <Field label="effect" value={effect} options={EFFECTS} onPick={setEffect} />
        <Field label="path" options={PATHS} />
        {effect === 'slow' && <Field label="delayMillis" unit="millis" range={[1, 600_000]} preset={3_000} />}
        <Field label="times" range={[1, 1_000_000]} placeholder={say('untilLifted')} />
      </Form>
      {overview.faults.length === 0 && <p class="note">{say('noFaults')}</p>}
      <ul class="faults" aria-label={say('faults')}>
        {overview.faults.map(faultItem)}
      </ul>
      <h2>{say('server')}</h2>
      {button('revokeTokens', () => act({ do: 'revoke-tokens' }, say('tokensRevoked')))}
      {button('clear', () => act({ do: 'clear' }, say('cleared')))}
    </>
  );
}

function faultItem({ number, effect, path, delayMillis, timesLeft }: FaultOverview) {
  const delay = delayMillis !== undefined && millis(delayMillis);
  const fault = line(EFFECTS.get(effect) ?? effect, delay, PATHS.get(path) ?? path);
  return (
    <li key={number}>
      <bdi>{fault}</bdi>
      {timesLeft !== undefined && <span class="note">{say('timesLeft', { n: timesLeft })}</span>}
      {button('lift', () => act({ do: 'lift', number }, say('lifted')), fault)}
    </li>
  );
}
