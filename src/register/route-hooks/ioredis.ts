import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { sendNamed } from './connection-names.ts';

interface Redis {
  readonly options?: { readonly connectionName?: string | null };
  sendCommand(command: object, ...rest: unknown[]): unknown;
}
type RedisClass = { readonly prototype: Redis };

/** Commands that a client was given. One that waits for its connection is given once more when that is ready. */
const given = new WeakSet<object>();

/** The instrumentation of ioredis makes a span each time that a command is given, and the first lasts until the answer. */
export function hookIoredis(exports: RedisClass | { readonly default: RedisClass }): void {
  const { prototype } = 'default' in exports ? exports.default : exports;
  const { sendCommand } = prototype;
  prototype.sendCommand = function (command, ...rest) {
    const send = () => sendCommand.call(this, command, ...rest);
    if (given.has(command)) return context.with(suppressTracing(context.active()), send);
    given.add(command);
    return sendNamed(this.options?.connectionName, send);
  };
}
