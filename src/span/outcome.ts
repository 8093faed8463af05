import { RPC_ERROR } from './semconv.ts';
import { type HrTime, KIND_SERVER, type SpanLike, STATUS_ERROR } from './span-like.ts';

/** Which answers of an HTTP server are errors: a status from here on, or the .NET agent's rule. */
export type ErrorStatusFrom = number | 'stardust';

/** The same as two numbers, so that a span pays two comparisons. */
export interface ErrorStatusRule {
  readonly from: number;
  readonly also: number;
}

/** The .NET agent's rule: 400, and above 404 (docs/protocol.md, "Names, samples and errors"). */
const STARDUST_RULE: ErrorStatusRule = { from: 405, also: 400 };

export function errorStatusRule(from: ErrorStatusFrom): ErrorStatusRule {
  return from === 'stardust' ? STARDUST_RULE : { from, also: from };
}

/**
 * The cost of a span in milliseconds with its fraction. Below 0 and not a number count as 0; there is no upper
 * limit but what stays a number when many are added up.
 */
export function costMs(duration: HrTime): number {
  const ms = duration[0] * 1_000 + duration[1] / 1_000_000;
  return ms >= 0 && ms < MAX_COST_MS ? ms : absurdCost(ms);
}

const MAX_COST_MS = 1e14;

function absurdCost(ms: number): number {
  return ms >= MAX_COST_MS && ms !== Number.POSITIVE_INFINITY ? MAX_COST_MS : 0;
}

/**
 * Whether a span failed: its status says so, or it is a server span answering an error. An exception
 * event alone is none (it may have been handled).
 */
export function failed(span: SpanLike, rule: ErrorStatusRule): boolean {
  if (span.status.code === STATUS_ERROR) return true;
  if (span.kind !== KIND_SERVER) return false;
  // Written out: a name known to the engine is found several times faster than one from a list.
  const { attributes } = span;
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  // Of an error without a code a server of gRPC tells nothing but its message.
  if (status === undefined) return attributes[RPC_ERROR] !== undefined;
  return typeof status === 'number' && (status >= rule.from || status === rule.also);
}
