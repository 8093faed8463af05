/** What the name of a snapshot tells; a name changes atomically, and on a full disk too. */
export interface FileName {
  /** A later snapshot of a process stands for all of its earlier ones. */
  readonly number: number;
  /** And for the folders of former processes up to this one, by the order in which the process took them. */
  readonly taken: number;
  /** Spans that are not delivered. */
  readonly spans: number;
  /** This many of its first builders are delivered or given up. */
  readonly done: number;
  /** This many after them are on their way: found like that at a start, it is unclear whether they arrived. */
  readonly inFlight: number;
}

/** More builders than any file holds. */
export const ALL = 1_000_000_000;

/** `<number>.<taken>.<spans>.<done>.<in flight>.waiting` */
export function nameOf({ number, taken, spans, done, inFlight }: FileName): string {
  return `${number}.${taken}.${spans}.${done}.${inFlight}.waiting`;
}

/** `undefined` if the name is not one that {@link nameOf} gives. */
export function parseName(name: string): FileName | undefined {
  const figures = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.(\d+)\.waiting$/.exec(name)?.slice(1).map(Number);
  if (figures === undefined) return undefined;
  const [number = 0, taken = 0, spans = 0, done = 0, inFlight = 0] = figures;
  const file = { number, taken, spans, done, inFlight };
  return nameOf(file) === name ? file : undefined;
}

/** The name of a folder inside of that of the process that took it; `isUnclear` if all in it may have arrived. */
export function takenName(number: number, isUnclear: boolean): string {
  return `${number}.${isUnclear ? 'unclear' : 'taken'}`;
}

/** The number in such a name, from 1; else 0. */
export function takenNumber(name: string): number {
  return Number(/^(\d+)\.(taken|unclear)$/.exec(name)?.[1] ?? 0);
}

/** Folders up to one, then files before one, in the order in which one stands for the other. */
export function replaced(names: readonly string[], taken: number, before: number): string[] {
  const files = names.flatMap((name) => parseName(name) ?? []).filter(({ number }) => number < before);
  return [
    ...names.filter((name) => takenNumber(name) > 0 && takenNumber(name) <= taken),
    ...files.sort((a, b) => a.number - b.number).map(nameOf),
  ];
}
