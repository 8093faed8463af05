import { type Environment, isSdkDisabled, variableOf } from '../config/environment.ts';
import type { EntryFormat } from './entry-format.ts';
import { type Instrumentations, instrumentationsFor } from './instrumentations.ts';
import { exportersAskedFor, isSignalAskedFor } from './signals.ts';

/** All that `register` looks at before it does anything. */
export interface Facts {
  readonly env: Environment;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  /** Such as `20.18.1`. */
  readonly nodeVersion: string;
  readonly entry: EntryFormat;
  /** Such as Bun. */
  readonly unsupportedRuntime?: string | undefined;
  readonly thread: ThreadFacts;
  /** What `register` has decided in this thread before, of another copy of this package. */
  readonly before: Decision['kind'] | undefined;
  /** A tracer provider has been set already. */
  readonly hasProvider: boolean;
}

interface ThreadFacts {
  readonly isMain: boolean;
  /** Unknown before Node 22.14 and 23.7. */
  readonly isInternal: boolean | undefined;
  readonly hasParentPort: boolean;
}

/** What `register` does. */
export type Decision =
  | { readonly kind: 'start'; readonly plan: Plan }
  | {
      readonly kind: 'stay away';
      readonly because: string;
      /** The level at which this is logged. */
      readonly say: 'debug' | 'info' | 'warn';
    };

export interface Plan {
  /**
   * Where the hook for ES modules runs: beside the app's code, or, on older Node, in a thread of its own. That thread
   * takes longer to start than all else of ours, and an app of CommonJS does without it there.
   */
  readonly esModuleHook: 'in thread' | 'off thread' | 'none';
  /** Names of `OTEL_TRACES_EXPORTER` that run beside ours. */
  readonly traceExporters: readonly string[];
  readonly metrics: boolean;
  readonly logs: boolean;
  /** Those named by `OTEL_NODE_RESOURCE_DETECTORS`, or the few that ask nobody over the network. */
  readonly resourceDetectors: 'of the environment' | 'local';
  readonly instrumentations: Instrumentations;
  /** Whether frameworks that tell nobody their routes are made to (`STARDUST_ROUTE_HOOKS`). */
  readonly routeHooks: boolean;
}

const OTHER_SDK =
  'another OpenTelemetry SDK (such as Sentry) was started before, and keeps its place: put stardust() into its set-up, ' +
  'or nothing is counted (docs/zero-code.md, "Beside another SDK")';

/** A pure function of what is known at the start. */
export function decide(facts: Facts): Decision {
  const { env } = facts;
  if (isHooksThread(facts.thread)) return stayAway('this thread runs the hooks of ES modules');
  if (facts.before === 'start') {
    return stayAway('another copy of this package has started in this thread, and counts', 'warn');
  }
  if (facts.before === 'stay away') return stayAway('another copy of this package has stayed away');
  if (facts.unsupportedRuntime !== undefined) {
    return stayAway(`${facts.unsupportedRuntime} is not supported, only Node.js is`, 'warn');
  }
  if (isSdkDisabled(env)) return stayAway('OTEL_SDK_DISABLED is true', 'info');
  const tool = toolRun(facts);
  if (tool !== undefined) return stayAway(`this process runs ${tool}, not the app`);
  if (facts.hasProvider) return stayAway(OTHER_SDK, 'warn');
  const plan = planFor(facts);
  const isOfUse =
    variableOf(env, 'STARDUST_SERVER') !== undefined ||
    plan.traceExporters.length > 0 ||
    plan.metrics ||
    plan.logs;
  return isOfUse ? { kind: 'start', plan } : stayAway('no server is set (variable STARDUST_SERVER)', 'warn');
}

function planFor({ env, nodeVersion, entry }: Facts): Plan {
  const metrics = isSignalAskedFor(env, 'METRICS');
  const logs = isSignalAskedFor(env, 'LOGS');
  return {
    esModuleHook: runsHooksInThread(nodeVersion) ? 'in thread' : entry === 'commonjs' ? 'none' : 'off thread',
    traceExporters: exportersAskedFor(env),
    metrics,
    logs,
    resourceDetectors:
      variableOf(env, 'OTEL_NODE_RESOURCE_DETECTORS') !== undefined ? 'of the environment' : 'local',
    instrumentations: instrumentationsFor(env, { metrics, logs }),
    routeHooks: !/^(?:false|0)$/i.test(variableOf(env, 'STARDUST_ROUTE_HOOKS') ?? ''),
  };
}

function stayAway(because: string, say: 'debug' | 'info' | 'warn' = 'debug'): Decision {
  return { kind: 'stay away', because, say };
}

/** `--require` runs there too on Node 20, where nothing but the missing port tells it from a user's `Worker`. */
function isHooksThread({ isMain, isInternal, hasParentPort }: ThreadFacts): boolean {
  return isInternal ?? (!isMain && !hasParentPort);
}

/** Programs that start the app in a process of its own; given `NODE_OPTIONS` they run `register` too. */
const PACKAGE_MANAGERS = /^(?:npm(?:-cli)?|npx(?:-cli)?|yarn(?:pkg|-[\d.]+|-berry)?|pnpm|pnpx|corepack)$/;
const PM2_DAEMON = '/node_modules/pm2/lib/Daemon.js';
const LAUNCHERS = /^(?:nodemon|tsx|concurrently|cross-env|nest|pm2(?:-runtime)?|opentelemetry-stardust)$/;

function toolRun({ argv, thread, execArgv }: Facts): string | undefined {
  if (!thread.isMain) return undefined;
  if (execArgv.some((each) => each === '--watch' || each.startsWith('--watch-path'))) return 'node --watch';
  const path = argv[1]?.replaceAll('\\', '/') ?? '';
  const program = path.slice(path.lastIndexOf('/') + 1).replace(/\.[cm]?js$/, '');
  // An app's own file may well be called nest.js; a launcher is installed.
  const isInstalled = path.endsWith(`/${program}`) || path.includes('/node_modules/');
  const isTool =
    PACKAGE_MANAGERS.test(program) || (LAUNCHERS.test(program) && isInstalled) || path.endsWith(PM2_DAEMON);
  return isTool ? program : undefined;
}

/**
 * Whether `module.registerHooks` takes what the hook gives it. It exists since Node 22.15, but failed on CommonJS
 * loaded from ES modules before 22.22.3, 24.11.1 and 25.1 (nodejs/node#59929).
 */
function runsHooksInThread(nodeVersion: string): boolean {
  const [major = 0, minor = 0, patch = 0] = nodeVersion.split('.').map((part) => Number.parseInt(part, 10));
  const isFrom = (least: number, fix: number) => minor > least || (minor === least && patch >= fix);
  if (major === 22) return isFrom(22, 3);
  if (major === 24) return isFrom(11, 1);
  if (major === 25) return isFrom(1, 0);
  return major >= 26;
}
