import { setAttributes, svg } from './element.ts';
import { count, say } from './language.ts';

const WIDTH = 92;
const HEIGHT = 18;
const TOP = 2;

/** The calls of the last periods as a line, and those with errors as marks below it. */
export class SparkLine {
  readonly element: SVGSVGElement;
  readonly #area = svg('polygon', { class: 'spark-area' });
  readonly #line = svg('polyline', { class: 'spark-line', fill: 'none' });
  readonly #marks = svg('path', { class: 'spark-errors' });
  #drawn = '';

  constructor() {
    const size = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
    this.element = svg('svg', { ...size, role: 'img' }, this.#area, this.#line, this.#marks);
  }

  show(calls: readonly number[], errors: readonly number[]): void {
    const drawn = `${calls};${errors}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const most = Math.max(...calls, 1);
    const step = WIDTH / Math.max(calls.length - 1, 1);
    const points = calls.map((total, index) => {
      const y = HEIGHT - 1 - (total / most) * (HEIGHT - 1 - TOP);
      return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
    });
    setAttributes(this.#line, { points: points.join(' ') });
    setAttributes(this.#area, { points: `0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}` });
    const marks = errors.flatMap((n, index) => (n > 0 ? `M${(index * step).toFixed(1)} ${HEIGHT}v-4` : []));
    setAttributes(this.#marks, { d: marks.join('') });
    const last = count(calls.at(-1) ?? 0);
    const label = say('recentOf', { n: calls.length, max: count(Math.max(...calls, 0)), last });
    setAttributes(this.element, { 'aria-label': label });
  }
}
