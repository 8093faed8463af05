/** Where a file is kept; the folder may have been adopted by another process meanwhile. */
export interface FilePlace {
  /** False where the file is no longer there: another process has adopted it. */
  rename(from: string, to: string): Promise<boolean>;
  remove(name: string): Promise<void>;
}

/** How a file's name tells what has become of its builders. */
export interface FileState {
  readonly id: string;
  /** So many builders at its head are delivered. */
  readonly done: number;
  /** So many after them are on their way: found like that at a start, their end is unclear. */
  readonly inFlight: number;
}

/** More than any file holds. */
const ALL = 1_000_000_000;

const WAITING = /^([\w-]+)\.(\d+)\.waiting$/;
const SENDING = /^([\w-]+)\.(\d+)\.(\d+)\.sending$/;

/** `<id>.<done>.waiting`, or `<id>.<done>.<in flight>.sending`. */
export function nameOf({ id, done, inFlight }: FileState): string {
  return inFlight === 0 ? `${id}.${done}.waiting` : `${id}.${done}.${inFlight}.sending`;
}

/** `undefined` for a name that is not of a stored file. */
export function stateOf(name: string): FileState | undefined {
  const [, id, done, inFlight = '0'] = WAITING.exec(name) ?? SENDING.exec(name) ?? [];
  return id === undefined ? undefined : { id, done: Number(done), inFlight: Number(inFlight) };
}

/** A file of builders. Its content never changes: what becomes of them shows in its name, which is changed atomically. */
export class StoredFile {
  readonly id: string;
  readonly #place: FilePlace;
  #state: FileState;

  constructor(place: FilePlace, state: FileState) {
    this.#place = place;
    this.id = state.id;
    this.#state = state;
  }

  get name(): string {
    return nameOf(this.#state);
  }

  /** False where the file is gone, and with it the right to send what it holds. */
  async mark(done: number, inFlight: number): Promise<boolean> {
    const state = { id: this.id, done, inFlight };
    if (nameOf(state) === this.name) return true;
    const isHere = await this.#place.rename(this.name, nameOf(state));
    if (isHere) this.#state = state;
    return isHere;
  }

  /** All that was not delivered is on its way. */
  markWhole(): Promise<boolean> {
    return this.mark(this.#state.done, ALL);
  }

  remove(): Promise<void> {
    return this.#place.remove(this.name);
  }
}
