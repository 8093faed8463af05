/**
 * Names under which libraries tell of their own insides, as opposed to the tracers of an app: packages of
 * OpenTelemetry, packages of others that are named as instrumentations are, and libraries that trace themselves.
 */
const OF_OPENTELEMETRY = /^(?:@opentelemetry\/|opentelemetry-instrumentation-)/i;
const NAMED_ALIKE = /^@[^/]+\/(?:[\w.]+-)*(?:otel|opentelemetry|instrumentation)(?:-[\w.-]+)?$/i;
const TRACES_ITSELF = /^(?:next\.js|prisma|elysia|apollo-(?:server|gateway))$/i;

const PREFIX = '@opentelemetry/instrumentation-';
/** Sockets and name look-ups are parts of a call that another span tells of. */
const CONNECTIONS = new Set([`${PREFIX}net`, `${PREFIX}dns`]);
/** These tell of what the app itself does. */
const CALLS = new Set([...CONNECTIONS, `${PREFIX}fs`]);

const REMEMBERED = 200;
const known = new Map<string, boolean>();

/** Whether spans of this scope tell how a connection is made. */
export function isConnectionScope(scope: string): boolean {
  return CONNECTIONS.has(scope);
}

/** Whether INTERNAL spans of this scope tell of a library's insides. */
export function isLibraryScope(scope: string): boolean {
  let is = known.get(scope);
  if (is === undefined) {
    is = !CALLS.has(scope) && [OF_OPENTELEMETRY, NAMED_ALIKE, TRACES_ITSELF].some((each) => each.test(scope));
    if (known.size >= REMEMBERED) known.clear();
    known.set(scope, is);
  }
  return is;
}
