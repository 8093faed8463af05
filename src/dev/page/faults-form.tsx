import { useState } from 'preact/hooks';
import { actButton, Choice, Form, Input, numbersIn } from './field.tsx';
import { line, millis, say } from './language.ts';
import { FAULT_EFFECTS, type FaultEffectName, type FaultOverview } from './page-data.ts';
import { act } from './state.ts';

const EFFECTS = FAULT_EFFECTS.map((name) => [name, say(`effect${name}`)] as const);
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
  const inject = (filled: FormData) => {
    const numbers = numbersIn(filled, ['delayMillis', 'times']);
    act({ do: 'fault', effect, path: String(filled.get('path')), ...numbers }, say('injected'));
  };
  return (
    <div>
      <Form label="faults" button="inject" onFilled={inject}>
        <Choice
          label="effect"
          wide
          value={effect}
          options={EFFECTS}
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
      </Form>
      {faults.length === 0 && <p class="note">{say('noFaults')}</p>}
      <ul class="faults" aria-label={say('faults')}>
        {faults.map(itemOf)}
      </ul>
    </div>
  );
}

function itemOf({ number, effect, path, delayMillis, timesLeft }: FaultOverview) {
  const text = (texts: typeof EFFECTS | typeof PATHS, value: string) =>
    texts.find(([each]) => each === value)?.[1] ?? value;
  const fault = line(
    text(EFFECTS, effect),
    delayMillis === undefined ? '' : millis(delayMillis),
    text(PATHS, path),
  );
  return (
    <li key={number}>
      <bdi>{fault}</bdi>
      {timesLeft !== undefined && <span class="note">{say('timesLeft', { n: timesLeft })}</span>}
      {actButton('lift', () => act({ do: 'lift', number }, say('lifted')), say('liftFault', { fault }))}
    </li>
  );
}
