import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import type { Place } from '../../src/structure/place.ts';
import { makeSpan } from './make-span.ts';

export interface Named {
  readonly kind: number;
  readonly attributes?: Record<string, unknown>;
  /** The span's own. */
  readonly name?: string;
  /** The library that made it. */
  readonly scope?: string;
}

/** A span of that library. */
export function spanOf({ scope = 'app', ...words }: Named) {
  return { ...makeSpan({ name: 'own', ...words }), instrumentationScope: { name: scope } };
}

/** The name of a span in the eyes of a naming that may have seen others. */
export function stardustName(named: Named, naming = new StardustNaming(), place?: Place): string {
  return naming.nameOf(spanOf(named), place);
}
