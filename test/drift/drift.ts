import { StardustNaming } from '../../src/naming/stardust-naming.ts';
import type { SpanLike } from '../../src/span/span-like.ts';
import type { Example } from '../support/examples/example.ts';
import type { ExampleRun } from '../support/examples/run-example.ts';
import { rowOf } from '../support/recorded-names.ts';
import { type Keys, keysOf, kindsOf, recordedKeys, recordedKinds } from './recorded.ts';

type Counts = ExampleRun['counts'];

/** Names that came, went, or have other counts than the example's table states. */
export function driftOfCounts({ names, others }: Example, counts: Counts): string[] {
  const isOther = (name: string) => others !== undefined && new RegExp(others).test(name);
  const all = new Set([...Object.keys(names), ...Object.keys(counts).filter((name) => !isOther(name))]);
  return [...all].flatMap((name) => {
    const [before, now] = [show(names[name]), show(counts[name])];
    return before === now ? [] : [`${name}: ${before}, now ${now}`];
  });
}

function show(count: readonly [number, number] | undefined): string {
  return count === undefined ? 'not there' : `${count[0]} calls, ${count[1]} errors`;
}

/** Spans of an instrumentation and kind that show on the console as none of the recorded ones do. */
export function driftOfNames(spans: readonly SpanLike[]): string[] {
  const [recorded, naming] = [recordedKinds(), new StardustNaming()];
  const now = kindsOf(spans.map((span) => rowOf(span, naming)));
  return [...now].flatMap(([maker, kinds]) => {
    const before = recorded.get(maker);
    const others = [...kinds].filter((kind) => before !== undefined && !before.has(kind));
    return others.map((kind) => `${maker}: shown as ${kind}, recorded as ${[...(before ?? [])].join(', ')}`);
  });
}

/** Attributes that no recorded span of the same instrumentation and kind had, and those that all had and none has. */
export function driftOfAttributes(spans: readonly SpanLike[]): string[] {
  const recorded = recordedKeys();
  return [...keysOf(spans)].flatMap(([maker, now]) => {
    const before = recorded.get(maker);
    return before === undefined ? [] : changesOf(maker, before, now);
  });
}

function changesOf(maker: string, before: Keys, now: Keys): string[] {
  const come = [...now.ever].filter((key) => !before.ever.has(key));
  const gone = [...before.always].filter((key) => !now.ever.has(key));
  return [
    ...(come.length > 0 ? [`${maker}: new ${come.sort().join(', ')}`] : []),
    ...(gone.length > 0 ? [`${maker}: gone ${gone.sort().join(', ')}`] : []),
  ];
}
