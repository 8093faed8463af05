import type { Span } from '@opentelemetry/api';

/** A name that an app gives; one that a queue makes, such as `bull:bWFpbA==`, tells nobody more than the host. */
const GIVEN = /^[\w.-]+$/;

/** Of the client whose command is being sent. */
let connectionName: string | undefined;

/** Sends a command. Its span starts meanwhile, and the instrumentations of drivers do not ask a client for its name. */
export function sendNamed<T>(name: string | null | undefined, send: () => T): T {
  const before = connectionName;
  connectionName = name && GIVEN.test(name) ? name : undefined;
  try {
    return send();
  } finally {
    connectionName = before;
  }
}

/** A processor that has the span of a command hold the name of its client. */
export const connectionNames = {
  onStart(span: Span) {
    if (connectionName !== undefined) span.setAttribute('db.client.connection.pool.name', connectionName);
  },
  onEnd() {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
