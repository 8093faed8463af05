import { foldIds } from '../naming/fold-ids.ts';
import { builderName, detached } from '../wire/text.ts';
import type { Excludes } from './excludes.ts';
import { Name } from './name.ts';
import type { SpanCounts } from './span-counts.ts';

/** The builder of the names for which there was no place left. */
const OVERFLOW_NAME = 'other:overflow';

const FORGET_AFTER_MS = 3_600_000;
/** Names are looked at in turn, with each taking this many, or a sixtieth of all if that is more. */
const LEAST_LOOKS = 1_000;
const MOST_TAKINGS = 60;
/** Longer forms of a name are not kept: they would be worth more memory than the look-up they save. */
const KEY_UNITS = 512;
const OVERFLOW_EXAMPLES = 3;

/** What is logged about names, each at most once per cause. */
export interface NameEvents {
  /** The first three names for which there was no place. */
  overflowed(examples: readonly string[]): void;
  /** The first name that a new list of the server's excludes hides. */
  hidden(name: string): void;
}

export interface NamesParts {
  readonly maxNames: number;
  readonly excludes: Excludes;
  /** The name under which another one is counted, such as its group. Asked once for each new name. */
  regroup(name: string): string;
  readonly counts: SpanCounts;
  readonly events: NameEvents;
}

/**
 * The names a process holds: bounded, and one not seen for an hour frees its place. A name that a span gives in
 * another form (cut, folded, grouped) is found by that form too, so that the hot path stays one look-up.
 */
export class Names {
  /** By their own text, and by the forms in which spans give them. */
  readonly #found = new Map<unknown, Name>();
  readonly #hidden = new Set<unknown>();
  readonly #maxNames: number;
  readonly #regroup: NamesParts['regroup'];
  readonly #events: NameEvents;
  readonly #counts: SpanCounts;
  #excludes: Excludes;
  #size = 0;
  /** Goes through {@link #found}, again and again. */
  #sweep = this.#found.entries();
  #overflow: Name | undefined;
  /** The first names without a place; absent once they were logged. */
  #overflowExamples: string[] | undefined = [];
  #isHiddenLogged = false;

  constructor({ maxNames, excludes, regroup, counts, events }: NamesParts) {
    this.#counts = counts;
    this.#maxNames = maxNames;
    this.#excludes = excludes;
    this.#regroup = regroup;
    this.#events = events;
  }

  get size(): number {
    return this.#size;
  }

  /** A new list: all names give up their places, and are judged when they are next seen. */
  set excludes(excludes: Excludes) {
    this.#excludes = excludes;
    this.#isHiddenLogged = false;
    this.#hidden.clear();
    this.#found.clear();
    this.#size = 0;
    this.#overflow = undefined;
  }

  /** The place of a name as a span gives it, by one look-up if it has one; `undefined`: it is not counted. */
  find(raw: unknown): Name | undefined {
    return this.#found.get(raw) ?? this.#admit(raw);
  }

  /** Frees the places of names not seen for an hour. Each time it looks at some, so that a large table holds up nothing. */
  forgetUnseen(nowMs: number): void {
    for (let left = Math.max(LEAST_LOOKS, this.#found.size / MOST_TAKINGS); left > 0; left--) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = this.#found.entries();
        return;
      }
      const [key, name] = next.value;
      if (name.builder !== undefined || nowMs - name.lastSeenMs < FORGET_AFTER_MS) continue;
      this.#found.delete(key);
      if (key === name.text) this.#size--;
    }
  }

  /** Logs once which names found no place. */
  logOverflow(): void {
    const examples = this.#overflowExamples;
    if (examples === undefined || examples.length === 0) return;
    this.#overflowExamples = undefined;
    this.#events.overflowed(examples);
  }

  /** The way of a name seen for the first time, excluded, or not fit to be one. */
  #admit(raw: unknown): Name | undefined {
    if (this.#hidden.has(raw)) {
      this.#counts.excluded++;
      return undefined;
    }
    const text = this.#textOf(raw);
    let name = this.#found.get(text);
    if (name === undefined) {
      if (this.#hides(raw, text)) return undefined;
      name = this.#hold(text);
      if (name === undefined) return this.#overflowName(text);
    }
    if (text !== raw) this.#findAs(raw, name);
    return name;
  }

  /** A name as it is counted: fit for the wire, grouped, and with its ids folded once half of the places are taken. */
  #textOf(raw: unknown): string {
    const text = builderName(this.#regroup(builderName(raw)));
    if (this.#size < this.#maxNames / 2 || this.#found.has(text)) return text;
    return builderName(this.#regroup(foldIds(text)));
  }

  #hides(raw: unknown, text: string): boolean {
    const verdict = this.#excludes.verdict(text);
    if (verdict === undefined) return false;
    this.#counts.excluded++;
    if (typeof raw === 'string' && raw.length <= KEY_UNITS) {
      if (this.#hidden.size >= this.#maxNames) this.#hidden.clear();
      this.#hidden.add(detached(raw));
    }
    if (verdict === 'server' && !this.#isHiddenLogged) {
      this.#isHiddenLogged = true;
      this.#events.hidden(text);
    }
    return true;
  }

  #hold(text: string): Name | undefined {
    if (this.#size >= this.#maxNames) return undefined;
    const name = new Name(detached(text));
    this.#found.set(name.text, name);
    this.#size++;
    return name;
  }

  #findAs(raw: unknown, name: Name): void {
    if (typeof raw !== 'string' || raw.length > KEY_UNITS) return;
    if (this.#found.size - this.#size >= this.#maxNames) {
      for (const [key, each] of this.#found) if (key !== each.text) this.#found.delete(key);
    }
    this.#found.set(detached(raw), name);
  }

  #overflowName(text: string): Name {
    this.#counts.overflowed++;
    const examples = this.#overflowExamples;
    if (examples !== undefined && examples.length < OVERFLOW_EXAMPLES && !examples.includes(text))
      examples.push(text);
    this.#overflow ??= new Name(OVERFLOW_NAME);
    return this.#overflow;
  }
}
