import { writeSync } from 'node:fs';
import { format } from 'node:util';
import { isMainThread } from 'node:worker_threads';
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
    if (!SLIPS.test(String(parts[0]))) print(...parts);
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

const NODES_OWN = console.error;

/**
 * As `console.error`, but what a pipe has no room for is left out: it would wait for a reader, and hold the process. An
 * app that has replaced `console.error` gets the line.
 */
function print(...parts: unknown[]): void {
  if (console.error !== NODES_OWN || !isMainThread || process.stderr.isTTY) {
    console.error(...parts);
    return;
  }
  try {
    // Asking for the stream has made Node open a pipe so that writing to it does not block.
    writeSync(process.stderr.fd, `${format(...parts)}\n`);
  } catch {
    // The pipe is full, or nobody has its other end.
  }
}
