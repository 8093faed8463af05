/** What the name of a file tells; a name changes atomically, and on a full disk too. */
export interface SnapshotName {
  /** Random, of the process that wrote it. */
  readonly series: string;
  /** A later file of a series stands for all earlier ones. */
  readonly number: number;
  /** Spans in all of its builders. */
  readonly spans: number;
  /** This many of its first builders are delivered or given up. */
  readonly done: number;
  /** This many after them are on their way: found like that at a start, it is unclear whether they arrived. */
  readonly inFlight: number;
}

/** More builders than any file holds. */
export const ALL = 1_000_000_000;

const NAME = /^([\da-z]+)-(\d+)\.(\d+)\.(\d+)\.(\d+)\.waiting$/;

/** `<series>-<number>.<spans>.<done>.<in flight>.waiting` */
export function nameOf({ spans, done, inFlight, ...file }: SnapshotName): string {
  return `${idOf(file)}.${spans}.${done}.${inFlight}.waiting`;
}

/** Stays the same while the file is delivered. */
export function idOf({ series, number }: Pick<SnapshotName, 'series' | 'number'>): string {
  return `${series}-${number}`;
}

/** `undefined` if the name is not one of a stored file. */
export function parseName(name: string): SnapshotName | undefined {
  const [, series, ...figures] = NAME.exec(name) ?? [];
  if (series === undefined) return undefined;
  const [number = 0, spans = 0, done = 0, inFlight = 0] = figures.map(Number);
  return { series, number, spans, done, inFlight };
}
