import { useState } from 'preact/hooks';
import { Choice, Input, numbersIn, onSubmitted } from './field.tsx';
import { line, millis, say } from './language.ts';
import { FAULT_EFFECTS, type FaultEffectName, type FaultOverview } from './page-data.ts';
import { act } from './state.ts';

/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = [
  ['', say('everyCall')],
  ['/Trace/', say('onlyReports')],
  ['/App/Login', say('onlyLogins')],
  ['/App/Ping', say('onlyPings')],
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
        <Choice
          label="effect"
          wide
          value={effect}
          options={FAULT_EFFECTS.map((name) => [name, say(`effect${name}`)])}
          onChange={({ currentTarget }) => setEffect(currentTarget.value as FaultEffectName)}
        />
        <Choice label="strikes" name="path" options={PATHS} />
        {effect === 'slow' && (
          <Input
            label="delay"
            unit="millis"
            type="number"
            name="delayMillis"
            min={1}
            max={600_000}
            defaultValue="3000"
            required
          />
        )}
        <Input
          label="times"
          type="number"
          name="times"
          min={1}
          max={1_000_000}
          placeholder={say('untilLifted')}
        />
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
    which?.[1] ?? path,
  );
}
