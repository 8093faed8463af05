import { count, say } from './language.ts';
import type { Operation } from './page-data.ts';

const [WIDTH, HEIGHT, TOP] = [92, 18, 2];

/** The calls of the last periods as a line, and those with errors as marks below it. */
export function sparkLine({ recent, recentErrors }: Operation) {
  const most = Math.max(...recent, 0);
  const x = (index: number) => ((index * WIDTH) / Math.max(recent.length - 1, 1)).toFixed(1);
  const y = (total: number) => (HEIGHT - 1 - (total / Math.max(most, 1)) * (HEIGHT - 1 - TOP)).toFixed(1);
  const points = recent.map((total, index) => `${x(index)},${y(total)}`).join(' ');
  const marks = recentErrors.map((n, index) => (n > 0 ? `M${x(index)} ${HEIGHT}v-4` : '')).join('');
  const label = say('recentOf', { n: recent.length, max: count(most), last: count(recent.at(-1) ?? 0) });
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <polygon fill="var(--accent-soft)" points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />
      <polyline fill="none" stroke="var(--accent)" stroke-width={1.4} points={points} />
      <path stroke="var(--bad)" stroke-width={2.5} d={marks} />
    </svg>
  );
}
