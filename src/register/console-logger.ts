import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { diagLogLevelFromString } from '@opentelemetry/core';
import { type Environment, variableOf } from '../config/environment.ts';
import { NAMESPACE } from '../runtime/log.ts';

/**
 * Slips of OpenTelemetry's own that nobody can do anything about: Next.js tells the request's span of its route after
 * that has ended, restify's instrumentation ends a span twice, and SDK 2.0 reads the resource while it logs it.
 */
const SLIPS =
  /^Cannot execute the operation on ended Span|You can only call end\(\) on a span once|^Accessing resource attributes before async/;

/**
 * Prints what is logged, as `OTEL_LOG_LEVEL` wants it. If it is not set: our information and everyone's warnings,
 * on the standard error stream, since what the app prints may be read by a program.
 */
export function setLogger(env: Environment): void {
  const level = variableOf(env, 'OTEL_LOG_LEVEL');
  if (level) {
    const logLevel = diagLogLevelFromString(level);
    if (logLevel !== undefined) {
      diag.setLogger(new DiagConsoleLogger(), { logLevel, suppressOverrideMessage: true });
    }
    return;
  }
  const say = (...parts: unknown[]) => {
    if (!SLIPS.test(String(parts[0]))) console.error(...parts);
  };
  const nothing = () => {};
  diag.setLogger(
    {
      error: say,
      warn: say,
      info: (namespace, ...parts) => {
        if (namespace === NAMESPACE) say(namespace, ...parts);
      },
      debug: nothing,
      verbose: nothing,
    },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
}
