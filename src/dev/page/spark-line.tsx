import { count, say } from './language.ts';

const WIDTH = 92;
const HEIGHT = 18;
const TOP = 2;

interface Properties {
  readonly calls: readonly number[];
  readonly errors: readonly number[];
}

/** The calls of the last periods as a line, and those with errors as marks below it. */
export function SparkLine({ calls, errors }: Properties) {
  const most = Math.max(...calls, 1);
  const step = WIDTH / Math.max(calls.length - 1, 1);
  const points = calls
    .map((total, index) => {
      const y = HEIGHT - 1 - (total / most) * (HEIGHT - 1 - TOP);
      return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
  const marks = errors.map((n, index) => (n > 0 ? `M${(index * step).toFixed(1)} ${HEIGHT}v-4` : ''));
  const last = count(calls.at(-1) ?? 0);
  const label = say('recentOf', { n: calls.length, max: count(Math.max(...calls, 0)), last });
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polygon fill="var(--accent-soft)" points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
      <polyline fill="none" stroke="var(--accent)" stroke-width={1.4} points={points} />
      <path stroke="var(--bad)" stroke-width={2.5} d={marks.join('')} />
    </svg>
  );
}
