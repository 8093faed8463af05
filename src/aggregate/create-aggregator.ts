import type { Settings } from '../config/settings.ts';
import { safeFilter, safeNaming, safeTag } from '../config/user-functions.ts';
import { eachPart } from '../naming/name-parts.ts';
import { endOfPath } from '../naming/path-segments.ts';
import { StardustNaming } from '../naming/stardust-naming.ts';
import { Redactor } from '../redact/redactor.ts';
import { log } from '../runtime/log.ts';
import { errorStatusRule } from '../span/outcome.ts';
import { OwnCalls } from '../span/own-call.ts';
import { SampleWriter } from '../span/sample.ts';
import type { SpanLike } from '../span/span-like.ts';
import type { Place } from '../structure/place.ts';
import { Excludes } from './excludes.ts';
import { NameGroups } from './name-groups.ts';
import { type AggregatorParts, SpanAggregator } from './span-aggregator.ts';

/** An aggregator that counts, names and samples as the settings say. */
export function aggregatorOf(
  settings: Settings,
  { limits, clock, counts }: Pick<AggregatorParts, 'limits' | 'clock' | 'counts'>,
): SpanAggregator {
  const byAgents = settings.naming === 'stardust';
  const groups = new NameGroups(settings.nameGroups);
  const redactor = later(
    () => new Redactor(settings.redact.keys, { masksSql: settings.redact.sql !== false }),
  );
  // What names are made of, paths and addresses and destinations, may hold what a tag may not.
  const redacted = (name: string) => redactor().name(name);
  const shown = (name: string) => (byAgents ? eachPart(cutPath(name), redacted) : redacted(name));
  return new SpanAggregator({
    settings: {
      maxNames: settings.maxNames,
      errorStatus: errorStatusRule(settings.errorStatusFrom ?? (byAgents ? 'stardust' : 500)),
      naming: byAgents ? namingByAgents() : safeNaming(settings.naming),
      regroup: (name) => groups.groupOf(shown(name)),
      exceptionsByType: byAgents,
      samples: new SampleWriter({
        get redactor() {
          return redactor();
        },
        strict: settings.redact.strict,
        tag: safeTag(settings.tag),
      }),
      ownCalls: new OwnCalls(settings.server ?? []),
      filter: safeFilter(settings.filter),
      internalSpans: settings.internalSpans,
    },
    limits,
    clock,
    counts,
    excludes: new Excludes([], settings.excludes),
    events: {
      overflowed: (examples) =>
        log.warn(
          `more than ${settings.maxNames} names (maxNames): further ones are counted as other:overflow, ` +
            `such as ${examples.map((name) => JSON.stringify(name)).join(', ')}`,
        ),
      hidden: (name) => log.info(`the server's excludes hide ${JSON.stringify(name)}`),
    },
  });
}

function namingByAgents(): (span: SpanLike, place: Place | undefined) => string {
  const naming = new StardustNaming();
  return (span, place) => naming.nameOf(span, place);
}

/** Makes it when it is first asked for: what redacts takes as long to start as the rest of the package. */
function later<Made>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A path as a name ends at its first `?`, `#` or `&`, as in the .NET agent. */
function cutPath(name: string): string {
  return name.startsWith('/') ? name.slice(0, endOfPath(name)) : name;
}
