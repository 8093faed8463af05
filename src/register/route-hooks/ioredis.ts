import type { Span } from '@opentelemetry/api';

interface Redis {
  readonly options?: { readonly connectionName?: string | null };
  sendCommand(...args: unknown[]): unknown;
}
type RedisClass = { readonly prototype: Redis };

/** Of the client whose command is being sent; the instrumentation's span starts meanwhile. */
let connectionName: string | undefined;

/** A client of ioredis knows its name, and its instrumentation does not ask. */
export function hookIoredis(exports: RedisClass | { readonly default: RedisClass }): void {
  const { prototype } = 'default' in exports ? exports.default : exports;
  const { sendCommand } = prototype;
  prototype.sendCommand = function (...args) {
    const before = connectionName;
    connectionName = this.options?.connectionName ?? undefined;
    try {
      return sendCommand.apply(this, args);
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
