import type { KeptState, Progress } from './store.ts';

/** What the name of a snapshot tells; a name changes atomically, and on a full disk too. */
export interface FileName extends Progress {
  /** A later snapshot of a process stands for all of its earlier ones. */
  readonly number: number;
  /** And for the folders of former processes up to this one, by the order in which the process took them. */
  readonly taken: number;
  /** Spans that are not delivered. */
  readonly spans: number;
}

/** More builders than any file holds. */
export const ALL = 1_000_000_000;

/** `<number>.<taken>.<spans>.<done>.<unclear>.<sent>.waiting` */
export function nameOf({ number, taken, spans, done, unclear, sent }: FileName): string {
  return `${number}.${taken}.${spans}.${done}.${unclear}.${sent}.waiting`;
}

/** `undefined` if the name is not one that {@link nameOf} gives. */
export function parseName(name: string): FileName | undefined {
  const figures = (name.match(/\d+/g) ?? []).map(Number);
  const [number = 0, taken = 0, spans = 0, done = 0, unclear = 0, sent = 0] = figures;
  const file = { number, taken, spans, done, unclear, sent };
  return nameOf(file) === name ? file : undefined;
}

/** The name of a folder inside of that of the process that took it; if not `ready`, all in it is in this state. */
export function takenName(number: number, state: KeptState): string {
  return `${number}.${state === 'ready' ? 'taken' : state}`;
}

/** The state in such a name. */
export function takenState(name: string): KeptState {
  return (['sent', 'unclear'] as const).find((state) => name.endsWith(`.${state}`)) ?? 'ready';
}

/** The number in such a name, from 1; else 0. */
export function takenNumber(name: string): number {
  return Number(/^(\d+)\.(taken|sent|unclear)$/.exec(name)?.[1] ?? 0);
}

/** Folders up to one, then files before one, in the order in which one stands for the other. */
export function replaced(names: readonly string[], taken: number, before: number): string[] {
  const files = names.flatMap((name) => parseName(name) ?? []).filter(({ number }) => number < before);
  return [
    ...names.filter((name) => takenNumber(name) > 0 && takenNumber(name) <= taken),
    ...files.sort((a, b) => a.number - b.number).map(nameOf),
  ];
}
