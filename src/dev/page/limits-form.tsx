import type { ServerLimits } from '../options.ts';
import { field, useDraft, wideField } from './field.tsx';
import { say } from './language.ts';
import { LIMIT_RANGES, MAX_EXCLUDES, type NumericLimit } from './page-data.ts';

interface Properties {
  /** Those in force. */
  readonly limits: ServerLimits;
  readonly submit: (limits: Partial<ServerLimits>) => void;
}

const NAMES = Object.keys(LIMIT_RANGES) as NumericLimit[];
const UNITS: Partial<Record<NumericLimit, string>> = { period: say('seconds'), timeout: say('millis') };

/** What a report's answer says, but for the excludes. */
export function LimitsForm({ limits, submit }: Properties) {
  const numbers = NAMES.map((name) => ({ name, draft: useDraft(String(limits[name])) }));
  const [meter, setMeter] = useDraft(limits.enableMeter);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const typed = Object.fromEntries(numbers.map(({ name, draft: [value] }) => [name, Number(value)]));
    submit({ ...typed, enableMeter: meter });
  };
  return (
    <form aria-label={say('limits')} onSubmit={onSubmit}>
      {numbers.map(({ name, draft: [value, type] }) =>
        field(
          say(name),
          <input
            type="number"
            min={LIMIT_RANGES[name][0]}
            max={LIMIT_RANGES[name][1]}
            step={1}
            required
            value={value}
            onInput={({ currentTarget }) => type(currentTarget.value)}
          />,
          UNITS[name],
        ),
      )}
      {field(
        say('enableMeter'),
        <input
          type="checkbox"
          checked={meter}
          onChange={({ currentTarget }) => setMeter(currentTarget.checked)}
        />,
      )}
      <button type="submit">{say('setLimits')}</button>
    </form>
  );
}

/** The names that are not counted. */
export function ExcludesForm({ limits, submit }: Properties) {
  const [entries, type] = useDraft((limits.excludes ?? []).join('\n'));
  const onSubmit = (event: Event) => {
    event.preventDefault();
    submit({ excludes: entries.split('\n').slice(0, MAX_EXCLUDES) });
  };
  return (
    <form aria-label={say('excludes')} onSubmit={onSubmit}>
      {wideField(
        say('excludesLabel'),
        <textarea
          rows={3}
          spellcheck={false}
          value={entries}
          onInput={({ currentTarget }) => type(currentTarget.value)}
        />,
      )}
      <button type="submit">{say('setExcludes')}</button>
    </form>
  );
}
