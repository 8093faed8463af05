import { useState } from 'preact/hooks';
import { field, wideField } from './field.tsx';
import { line, millis, say } from './language.ts';
import { type Control, FAULT_EFFECTS, type FaultEffectName, type FaultOverview } from './page-data.ts';

/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = [
  ['', 'everyCall'],
  ['/Trace/', 'onlyReports'],
  ['/App/Login', 'onlyLogins'],
  ['/App/Ping', 'onlyPings'],
] as const;
const DELAY_MILLIS = 3_000;

interface Properties {
  readonly faults: readonly FaultOverview[];
  readonly act: (control: Control, done: string) => void;
}

/** Makes calls go wrong, and lists the faults in force. */
export function FaultsForm({ faults, act }: Properties) {
  const [effect, setEffect] = useState<FaultEffectName>(FAULT_EFFECTS[0]);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const [delay, times] = [given.get('delay'), given.get('times')];
    const control: Control = {
      do: 'fault',
      effect,
      path: String(given.get('path')),
      ...(delay === null ? {} : { delayMillis: Number(delay) }),
      ...(times === '' ? {} : { times: Number(times) }),
    };
    act(control, say('injected'));
  };
  return (
    <div>
      <form aria-label={say('faults')} onSubmit={onSubmit}>
        {wideField(
          say('effect'),
          <select
            value={effect}
            onChange={({ currentTarget }) => setEffect(currentTarget.value as FaultEffectName)}
          >
            {FAULT_EFFECTS.map((name) => (
              <option key={name} value={name}>
                {say(`effect${name}`)}
              </option>
            ))}
          </select>,
        )}
        {field(
          say('strikes'),
          <select name="path">
            {PATHS.map(([path, words]) => (
              <option key={path} value={path}>
                {say(words)}
              </option>
            ))}
          </select>,
        )}
        {effect === 'slow' &&
          field(
            say('delay'),
            <input
              type="number"
              name="delay"
              min={1}
              max={600_000}
              defaultValue={String(DELAY_MILLIS)}
              required
            />,
            say('millis'),
          )}
        {field(
          say('times'),
          <input type="number" name="times" min={1} max={1_000_000} placeholder={say('untilLifted')} />,
        )}
        <button type="submit">{say('inject')}</button>
      </form>
      {faults.length === 0 && <p class="note">{say('noFaults')}</p>}
      <ul class="faults" aria-label={say('faults')}>
        {faults.map((fault) => (
          <li key={fault.number}>
            <bdi>{descriptionOf(fault)}</bdi>
            <span class="note">
              {fault.timesLeft === undefined ? '' : say('timesLeft', { n: fault.timesLeft })}
            </span>
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
