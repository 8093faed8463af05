import { type Environment, variableOf } from '../config/environment.ts';
import { isUntraced } from '../runtime/untraced.ts';
import { failCutAnswer } from './route-hooks/cut-answer.ts';
import { type GraphqlResult, tellGraphqlErrors } from './route-hooks/graphql-errors.ts';

/** What `getNodeAutoInstrumentations` is given: settings by the full name of an instrumentation's package. */
export type Instrumentations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const PREFIX = '@opentelemetry/instrumentation-';

/**
 * Leave out what only adds names to the console: files, sockets and name look-ups, the layers of Express 5 that
 * its own instrumentation reports too, and figures that go to metrics. `fs` and `host-metrics` are off already.
 */
const NOISE = ['dns', 'net', 'router'] as const;
const METRICS_ONLY = ['runtime-node'] as const;
/** Without the span of an app that is mounted in another, the instrumentation of Express forgets where that is. */
const MIDDLEWARE = /^middleware - (?!mounted_app$)/;
/**
 * They tell of nothing but waiting inside the process, or of each call of a driver once more: mongoose's spans stand
 * beside those of the driver and not above them, so that nothing shows that they are one call.
 */
const INSIDES_ONLY = ['dataloader', 'generic-pool', 'lru-memoizer', 'mongoose'] as const;
/** Spans of resolvers tell what these throw, but there are none where a schema is made in steps, as Nest makes it. */
const TELLING_ERRORS = {
  responseHook: (_: unknown, result: GraphqlResult) => tellGraphqlErrors(result),
};
const FAILING_CUT_ANSWERS = { applyCustomAttributesOnSpan: failCutAnswer };
/** One span for each field of a list, and none for fields that are only read. */
const FEW_RESOLVERS = { mergeItems: true, ignoreTrivialResolveSpans: true };
/**
 * It does its work for untraced calls too, with built-ins that the app may have replaced. What throws there would end the
 * process at a call of ours.
 */
const NOT_OF_OURS = { ignoreRequestHook: isUntraced };
const SENDING_LOGS = ['bunyan', 'pino', 'winston'] as const;

/**
 * Settings of the instrumentations where they differ from OpenTelemetry's own. What
 * `OTEL_NODE_ENABLED_INSTRUMENTATIONS` names is on in any case; the spans of middleware are wanted
 * where `STARDUST_INTERNAL_SPANS` says so.
 */
export function instrumentationsFor(
  env: Environment,
  { metrics, logs }: { readonly metrics: boolean; readonly logs: boolean },
): Instrumentations {
  const settings: Record<string, Record<string, unknown>> = {};
  const set = (names: readonly string[], values: Record<string, unknown>) => {
    for (const name of names) settings[PREFIX + name] = values;
  };
  const internalSpans = /^(?:true|1)$/i.test(variableOf(env, 'STARDUST_INTERNAL_SPANS') ?? '');
  // A setting in code wins over the variable, so there must be none where the variable speaks.
  if ((env.OTEL_NODE_ENABLED_INSTRUMENTATIONS ?? '') === '') {
    set(NOISE, { enabled: false });
    if (!metrics) set(METRICS_ONLY, { enabled: false });
    if (!internalSpans) set(INSIDES_ONLY, { enabled: false });
  }
  // Without it they leave out what is asked outside of a request; workers ask nothing inside of one.
  set(['http'], FAILING_CUT_ANSWERS);
  set(['ioredis', 'mongodb'], { requireParentSpan: false });
  if (!internalSpans) {
    set(['express'], { ignoreLayers: [MIDDLEWARE] });
    set(['koa'], { ignoreLayersType: ['middleware'] });
  }
  set(['graphql'], { ...TELLING_ERRORS, ...(internalSpans ? {} : FEW_RESOLVERS) });
  set(['undici'], NOT_OF_OURS);
  if (!logs) set(SENDING_LOGS, { disableLogSending: true });
  return settings;
}
