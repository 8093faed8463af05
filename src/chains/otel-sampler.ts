import { type Context, isSpanContextValid, isValidTraceId, trace } from '@opentelemetry/api';
import { type Environment, variableOf } from '../config/environment.ts';
import { shownIfHarmless } from '../config/shown.ts';
import type { SamplerLike, SamplingResultLike } from './sampler.ts';

/**
 * The sampler that `OTEL_TRACES_SAMPLER` asks for, by the rules of OpenTelemetry's SDK. The SDK's own samplers are not
 * used: their package differs between 2.x and 3.x and may be missing.
 */

const NOT_RECORD: SamplingResultLike = { decision: 0 };
const RECORD_AND_SAMPLED: SamplingResultLike = { decision: 2 };
const SAMPLED = 1;

type Decide = (context: Context, traceId: string) => boolean;

/** Empty if neither variable is set; `fault` if `OTEL_TRACES_SAMPLER` is not a sampler of OpenTelemetry. */
export function samplerOf(environment: Environment): {
  readonly sampler?: SamplerLike;
  readonly fault?: string;
} {
  const name = variableOf(environment, 'OTEL_TRACES_SAMPLER')?.toLowerCase() ?? defaultFor(environment);
  if (name === undefined) return {};
  const ratio = ratioOf(variableOf(environment, 'OTEL_TRACES_SAMPLER_ARG'));
  const roots = new Map<string, Decide>([
    ['always_on', () => true],
    ['always_off', () => false],
    ['traceidratio', (_, traceId) => isWithin(traceId, ratio)],
  ]);
  const isParentBased = name.startsWith('parentbased_');
  const root = roots.get(isParentBased ? name.slice('parentbased_'.length) : name);
  if (root === undefined)
    return { fault: `variable OTEL_TRACES_SAMPLER: ${shownIfHarmless(name)} is not a sampler` };
  return { sampler: sampler(name, isParentBased ? parentBased(root) : root) };
}

/** With another exporter, which reads the flag too, the SDK's default. Without one the flag belongs to Stardust. */
function defaultFor(environment: Environment): string | undefined {
  const exporters = variableOf(environment, 'OTEL_TRACES_EXPORTER')?.toLowerCase() ?? '';
  return exporters === '' || exporters === 'none' ? undefined : 'parentbased_always_on';
}

function sampler(name: string, decide: Decide): SamplerLike {
  return {
    shouldSample: (context, traceId) => (decide(context, traceId) ? RECORD_AND_SAMPLED : NOT_RECORD),
    toString: () => name,
  };
}

/** Follows the parent's decision; `root` decides for spans without a parent. */
function parentBased(root: Decide): Decide {
  return (context, traceId) => {
    const parent = trace.getSpanContext(context);
    if (parent === undefined || !isSpanContextValid(parent)) return root(context, traceId);
    return (parent.traceFlags & SAMPLED) !== 0;
  };
}

/** The same traces that the SDK's sampler takes for this ratio. */
function isWithin(traceId: string, ratio: number): boolean {
  if (!isValidTraceId(traceId)) return false;
  let folded = 0;
  for (let at = 0; at < 32; at += 8) {
    folded = (folded ^ Number.parseInt(traceId.slice(at, at + 8), 16)) >>> 0;
  }
  return ratio >= 1 || folded < Math.floor(ratio * 0xffffffff);
}

/** If missing or no ratio: every trace. */
function ratioOf(argument: string | undefined): number {
  const ratio = Number(argument);
  return ratio >= 0 ? ratio : 1;
}
