import * as threads from 'node:worker_threads';
import { variableOf } from './config/environment.ts';
import { setLogger } from './register/console-logger.ts';
import { type Decision, decide } from './register/decision.ts';
import { entryFormat } from './register/entry-format.ts';
import { apiVersion, hasProvider } from './register/own-sdk.ts';
import { findPackages, installCommand } from './register/packages.ts';
import { start } from './register/start.ts';
import { log } from './runtime/log.ts';
import { stackOf } from './runtime/reason.ts';
import { unsupportedRuntime } from './runtime/unsupported-runtime.ts';

/**
 * Zero-code start: `node --import opentelemetry-stardust/register app.js`, or `--require`. The app starts
 * even if this fails.
 */

const RAN = Symbol.for('opentelemetry-stardust.register');

try {
  register();
} catch (error) {
  log.error(`the SDK could not be started: ${stackOf(error)}`);
}

function register(): void {
  const { env, execArgv, argv } = process;
  const { isMainThread, parentPort } = threads;
  const holder = globalThis as { [RAN]?: Decision['kind'] };
  const decision = decide({
    env,
    execArgv,
    argv,
    nodeVersion: process.versions.node,
    entry: entryFormat(argv[1]),
    unsupportedRuntime: 'deno' in process.versions ? 'Deno' : unsupportedRuntime,
    thread: {
      isMain: isMainThread,
      isInternal: (threads as { isInternalThread?: boolean }).isInternalThread,
      hasParentPort: parentPort !== null,
    },
    before: holder[RAN],
    hasProvider: hasProvider(),
  });
  holder[RAN] ??= decision.kind;
  if (
    decision.kind === 'start' ||
    decision.say !== 'debug' ||
    variableOf(env, 'OTEL_LOG_LEVEL') !== undefined
  )
    setLogger(env);
  if (decision.kind === 'stay away') {
    log[decision.say](`register does not start: ${decision.because}`);
    return;
  }
  const found = findPackages(argv[1]);
  if (found.kind === 'missing') {
    const command = installCommand(apiVersion(), process.versions.node);
    log.error(`register does not start: ${found.names.join(' and ')} cannot be found. Run: ${command}`);
    return;
  }
  start(decision.plan, found.packages);
}
