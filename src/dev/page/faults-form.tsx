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

const DELAY = {
  name: 'delayMillis',
  type: 'number',
  min: 1,
  max: 600_000,
  defaultValue: '3000',
  required: true,
};
const TIMES = { name: 'times', type: 'number', min: 1, max: 1_000_000 };

/** Makes calls go wrong, and lists the faults in force. */
export function FaultsForm({ faults }: { readonly faults: readonly FaultOverview[] }) {
  const [effect, setEffect] = useState<string>(FAULT_EFFECTS[0]);
  const inject = (filled: FormData) => {
    const { effect, path } = Object.fromEntries(filled) as { effect: FaultEffectName; path: string };
    act({ do: 'fault', effect, path, ...numbersIn(filled, ['delayMillis', 'times']) }, say('injected'));
  };
  return (
    <div>
      <Form label="faults" button="inject" onFilled={inject}>
        <Choice label="effect" wide name="effect" value={effect} options={EFFECTS} onPick={setEffect} />
        <Choice label="strikes" name="path" options={PATHS} />
        {effect === 'slow' && <Input label="delay" unit="millis" {...DELAY} />}
        <Input label="times" placeholder={say('untilLifted')} {...TIMES} />
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
  const delay = delayMillis === undefined ? '' : millis(delayMillis);
  const fault = line(text(EFFECTS, effect), delay, text(PATHS, path));
  return (
    <li key={number}>
      <bdi>{fault}</bdi>
      {timesLeft !== undefined && <span class="note">{say('timesLeft', { n: timesLeft })}</span>}
      {actButton('lift', () => act({ do: 'lift', number }, say('lifted')), say('liftFault', { fault }))}
    </li>
  );
}
