import { useLayoutEffect, useState } from 'preact/hooks';
import { LIMIT_RANGES, MAX_EXCLUDES, type NumericLimit, type ServerLimits } from '../limits.ts';
import { FaultsForm } from './faults-form.tsx';
import { actButton, Choice, choicesOf, Field, Form, Input, numbersIn } from './field.tsx';
import { say, type Word } from './language.ts';
import type { Overview } from './page-data.ts';
import { act, type State } from './state.ts';

const NUMBERS = Object.keys(LIMIT_RANGES) as NumericLimit[];
const UNITS: Partial<Record<NumericLimit, Word>> = { period: 'seconds', timeout: 'millis' };

interface Controlled extends State {
  readonly overview: Overview;
  /** The app that the page shows; empty for all, `undefined` if it shows something else. */
  readonly shown: string | undefined;
}

/** Everything that changes the server. Limits are for the app that is shown, until another is chosen. */
export function ControlsPanel({ overview, shown, outcome }: Controlled) {
  const [scope, setScope] = useState('');
  useLayoutEffect(() => setScope((before) => shown ?? before), [shown]);
  // The app may not be there yet.
  const app = overview.apps.find(({ appId }) => appId !== '' && appId === scope);
  const { limits } = app ?? overview;
  const set = async (form: HTMLFormElement, limits: Partial<ServerLimits>, done: Word) => {
    const control = { do: 'limits', ...(app && { appId: app.appId }), limits } as const;
    if (await act(control, say(done, { scope: app?.appId ?? say('allApps') }))) settle(form);
  };
  const setLimits = (filled: FormData, form: HTMLFormElement) =>
    set(form, { ...numbersIn(filled, NUMBERS), enableMeter: filled.has('enableMeter') }, 'limitsSet');
  const setExcludes = (filled: FormData, form: HTMLFormElement) => {
    const excludes = String(filled.get('excludes')).split(/\r?\n/).slice(0, MAX_EXCLUDES);
    set(form, { excludes }, 'excludesSet');
  };
  return (
    <aside class="controls" aria-label={say('controls')}>
      <p role="status" class={outcome.failed ? 'outcome bad' : 'outcome'}>
        {outcome.text}
      </p>
      <h2>{say('limits')}</h2>
      <Choice
        label="scope"
        wide
        value={app?.appId ?? ''}
        options={choicesOf(overview.apps)}
        onPick={setScope}
      />
      <Form key={`limits of ${app?.appId}`} label="limits" button="setLimits" onFilled={setLimits}>
        {NUMBERS.map((name) => {
          const [min, max] = LIMIT_RANGES[name];
          const number = { type: 'number', name, min, max, required: true, defaultValue: `${limits[name]}` };
          return <Input key={name} label={name} unit={UNITS[name]} {...number} />;
        })}
        <Input label="enableMeter" type="checkbox" name="enableMeter" defaultChecked={limits.enableMeter} />
      </Form>
      <p class="note">{say('limitsHint')}</p>
      <h2>{say('excludes')}</h2>
      <Form key={`excludes of ${app?.appId}`} label="excludes" button="setExcludes" onFilled={setExcludes}>
        <Field label="excludesLabel" wide>
          <textarea
            name="excludes"
            rows={3}
            spellcheck={false}
            defaultValue={limits.excludes?.join('\n') ?? ''}
          />
        </Field>
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

/** What was typed stays when the server answers, since only an untouched control follows its default. So does one that was set. */
function settle(form: HTMLFormElement): void {
  for (const control of form.querySelectorAll<HTMLInputElement>('input, textarea')) {
    control.defaultValue = control.value;
    control.defaultChecked = control.checked;
  }
  form.reset();
}
