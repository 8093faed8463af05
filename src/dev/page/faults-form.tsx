import { useState } from 'preact/hooks';
import { actButton, Field, Form } from './field.tsx';
import { line, millis, say } from './language.ts';
import { type Control, FAULT_EFFECTS, type FaultOverview } from './page-data.ts';
import { act } from './state.ts';

const EFFECTS = FAULT_EFFECTS.map((name) => [name, say(`effect${name}`)] as const);
/** Which calls a fault strikes, by the beginning of their paths. */
const PATHS = [
  ['', say('everyCall')],
  ['/Trace/', say('onlyReports')],
  ['/App/Login', say('onlyLogins')],
  ['/App/Ping', say('onlyPings')],
] as const;

type NewFault = Omit<Extract<Control, { readonly do: 'fault' }>, 'do'>;

/** Makes calls go wrong, and lists the faults in force. */
export function FaultsForm({ faults }: { readonly faults: readonly FaultOverview[] }) {
  const [effect, setEffect] = useState<string>(FAULT_EFFECTS[0]);
  const inject = (fault: NewFault) => act({ do: 'fault', ...fault }, say('injected'));
  return (
    <div>
      <Form label="faults" button="inject" onFilled={inject}>
        <Field label="effect" value={effect} options={EFFECTS} onPick={setEffect} />
        <Field label="path" options={PATHS} />
        {effect === 'slow' && <Field label="delayMillis" unit="millis" range={[1, 600_000]} preset={3_000} />}
        <Field label="times" range={[1, 1_000_000]} placeholder={say('untilLifted')} />
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
