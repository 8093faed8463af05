import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator } from '@opentelemetry/core';
import { type Environment, variableOf } from '../config/environment.ts';
import { shownIfHarmless } from '../config/shown.ts';
import { log } from '../runtime/log.ts';
import { StardustPropagator } from './propagator.ts';

const DEFAULT = 'tracecontext,baggage';

/** Propagators that come in packages of their own, by their names in `OTEL_PROPAGATORS`. */
const OTHERS: Readonly<
  Record<string, { readonly module: string; readonly create: (exports: Exports) => TextMapPropagator }>
> = {
  b3: { module: '@opentelemetry/propagator-b3', create: ({ B3Propagator: B3 }) => new B3() },
  b3multi: {
    module: '@opentelemetry/propagator-b3',
    create: ({ B3Propagator: B3, B3InjectEncoding: encoding }) =>
      new B3({ injectEncoding: encoding.MULTI_HEADER }),
  },
  jaeger: {
    module: '@opentelemetry/propagator-jaeger',
    create: ({ JaegerPropagator: Jaeger }) => new Jaeger(),
  },
};

type Propagator = new (options?: object) => TextMapPropagator;

/** What is used of these packages. */
interface Exports {
  readonly B3Propagator: Propagator;
  readonly B3InjectEncoding: { readonly MULTI_HEADER: unknown };
  readonly JaegerPropagator: Propagator;
}

/** The propagators that `OTEL_PROPAGATORS` asks for, with ours in place of `tracecontext`. */
export function propagatorOf(environment: Environment): TextMapPropagator {
  const names = (variableOf(environment, 'OTEL_PROPAGATORS') ?? DEFAULT)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const propagators = [...new Set(names)].map(propagatorNamed).filter((each) => each !== undefined);
  return new CompositePropagator({ propagators });
}

function propagatorNamed(name: string): TextMapPropagator | undefined {
  if (name === '' || name === 'none') return undefined;
  if (name === 'tracecontext') return new StardustPropagator();
  if (name === 'baggage') return new W3CBaggagePropagator();
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  if (other === undefined) {
    log.warn(`variable OTEL_PROPAGATORS: ${shownIfHarmless(name)} is not known here and is left out`);
    return undefined;
  }
  try {
    // Resolved from the app's folder: the packages are the app's own or come with its SDK.
    const exports: Exports = createRequire(join(process.cwd(), 'package.json'))(other.module);
    return other.create(exports);
  } catch {
    log.warn(`variable OTEL_PROPAGATORS: ${name} needs the package ${other.module}`);
    return undefined;
  }
}
