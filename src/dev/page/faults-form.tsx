import { useState } from 'preact/hooks';
import { Field, numbersIn, onSubmitted } from './field.tsx';
import { line, millis, say } from './language.ts';
import { FAULT_EFFECTS, type FaultEffectName, type FaultOverview } from './page-data.ts';
import { act } from './state.ts';

/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = [
  ['', 'everyCall'],
  ['/Trace/', 'onlyReports'],
  ['/App/Login', 'onlyLogins'],
  ['/App/Ping', 'onlyPings'],
] as const;

/** Makes calls go wrong, and lists the faults in force. */
export function FaultsForm({ faults }: { readonly faults: readonly FaultOverview[] }) {
  const [effect, setEffect] = useState<FaultEffectName>(FAULT_EFFECTS[0]);
  const inject = onSubmitted((filled) => {
    const numbers = numbersIn(filled, ['delayMillis', 'times']);
    act({ do: 'fault', effect, path: String(filled.get('path')), ...numbers }, say('injected'));
  });
  return (
    <div>
      <form aria-label={say('faults')} onSubmit={inject}>
        <Field label="effect" wide>
          <select
            value={effect}
            onChange={({ currentTarget }) => setEffect(currentTarget.value as FaultEffectName)}
          >
            {FAULT_EFFECTS.map((name) => (
              <option key={name} value={name}>
                {say(`effect${name}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field label="strikes">
          <select name="path">
            {PATHS.map(([path, words]) => (
              <option key={path} value={path}>
                {say(words)}
              </option>
            ))}
          </select>
        </Field>
        {effect === 'slow' && (
          <Field label="delay" unit="millis">
            <input type="number" name="delayMillis" min={1} max={600_000} defaultValue="3000" required />
          </Field>
        )}
        <Field label="times">
          <input type="number" name="times" min={1} max={1_000_000} placeholder={say('untilLifted')} />
        </Field>
        <button type="submit">{say('inject')}</button>
      </form>
      {faults.length === 0 && <p class="note">{say('noFaults')}</p>}
      <ul class="faults" aria-label={say('faults')}>
        {faults.map((fault) => (
          <li key={fault.number}>
            <bdi>{descriptionOf(fault)}</bdi>
            {fault.timesLeft !== undefined && (
              <span class="note">{say('timesLeft', { n: fault.timesLeft })}</span>
            )}
            <button
              type="button"
              class="quiet"
              aria-label={say('liftFault', { fault: descriptionOf(fault) })}
              onClick={() => act({ do: 'lift', number: fault.number }, say('lifted'))}
            >
              {say('lift')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function descriptionOf({ effect, path, delayMillis }: FaultOverview): string {
  const known = FAULT_EFFECTS.find((name) => name === effect);
  const which = PATHS.find(([value]) => value === path);
  return line(
    known === undefined ? effect : say(`effect${known}`),
    delayMillis === undefined ? '' : millis(delayMillis),
    which ? say(which[1]) : path,
  );
}
