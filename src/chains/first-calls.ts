import { endOfPath } from '../naming/path-segments.ts';
import { shortPath } from '../naming/server-name.ts';
import { detached } from '../wire/text.ts';

/** Longer paths are cut into their names each time: they would be worth more memory than that. */
const PATH_UNITS = 512;

interface Calls {
  count: number;
}

/**
 * Counts the calls of each name in a period, up to a limit. A path is found as requests tell it, so that its name is
 * made once in a period.
 */
export class FirstCalls {
  readonly #byName = new Map<string, Calls>();
  readonly #byPath = new Map<string, Calls>();

  /** Whether this call of a name is among the first. Names beyond `maxNames` have none. */
  includeName(name: string, maxCalls: number, maxNames: number): boolean {
    return isAmongFirst(this.#callsOf(name, maxNames), maxCalls);
  }

  /** The same for the name of a path: the path as names show it, before a route is known. */
  includePath(path: string, maxCalls: number, maxNames: number): boolean {
    return isAmongFirst(this.#byPath.get(path) ?? this.#callsBelow(path, maxNames), maxCalls);
  }

  /** A new period. */
  clear(): void {
    this.#byName.clear();
    this.#byPath.clear();
  }

  #callsBelow(target: string, maxNames: number): Calls | undefined {
    const path = target.slice(0, endOfPath(target));
    const known = this.#byPath.get(path);
    if (known !== undefined) return known;
    const calls = this.#callsOf(shortPath(path), maxNames);
    if (calls !== undefined && path.length <= PATH_UNITS && this.#byPath.size < maxNames)
      this.#byPath.set(detached(path), calls);
    return calls;
  }

  #callsOf(name: string, maxNames: number): Calls | undefined {
    let calls = this.#byName.get(name);
    if (calls === undefined && this.#byName.size < maxNames) {
      calls = { count: 0 };
      this.#byName.set(detached(name), calls);
    }
    return calls;
  }
}

function isAmongFirst(calls: Calls | undefined, maxCalls: number): boolean {
  if (calls === undefined || calls.count >= maxCalls) return false;
  calls.count++;
  return true;
}
