import { context, type Span } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

interface Redis {
  readonly options?: { readonly connectionName?: string | null };
  sendCommand(command: object, ...rest: unknown[]): unknown;
}
type RedisClass = { readonly prototype: Redis };

/** A name that an app gives; one that a queue makes, such as `bull:bWFpbA==`, tells nobody more than the host. */
const GIVEN = /^[\w.-]+$/;

/** Of the client whose command is being sent; the instrumentation's span starts meanwhile. */
let connectionName: string | undefined;

/** Commands that a client was given. One that waits for its connection is given once more when that is ready. */
const given = new WeakSet<object>();

/**
 * A client of ioredis knows its name, and its instrumentation does not ask. It makes a span each time that a command is
 * given, and the first lasts until the answer.
 */
export function hookIoredis(exports: RedisClass | { readonly default: RedisClass }): void {
  const { prototype } = 'default' in exports ? exports.default : exports;
  const { sendCommand } = prototype;
  prototype.sendCommand = function (command, ...rest) {
    const send = () => sendCommand.call(this, command, ...rest);
    if (given.has(command)) return context.with(suppressTracing(context.active()), send);
    given.add(command);
    const before = connectionName;
    const { connectionName: name } = this.options ?? {};
    connectionName = name && GIVEN.test(name) ? name : undefined;
    try {
      return send();
    } finally {
      connectionName = before;
    }
  };
}

/** Settings of ioredis's instrumentation, by which its spans hold the name. */
export const TELLING_CONNECTION = {
  requestHook: (span: Span) => {
    if (connectionName !== undefined) span.setAttribute('db.client.connection.pool.name', connectionName);
  },
};
