import { sendNamed } from './connection-names.ts';

interface Client {
  readonly options?: { readonly name?: string };
  sendCommand(...args: unknown[]): unknown;
  MULTI(...args: unknown[]): Transaction;
}
interface Transaction {
  addCommand(...args: unknown[]): unknown;
}
interface Exports {
  readonly createClient: () => Client;
}

/** All commands of a client of node-redis 5 and 6 are sent by one method, those of a transaction added by another. */
export function hookNodeRedis({ createClient }: Exports): void {
  let prototype = createClient();
  while (!Object.hasOwn(prototype, 'sendCommand')) prototype = Object.getPrototypeOf(prototype) as Client;
  // On 4 most commands go another way, and one client has one name.
  if (!Object.hasOwn(prototype, '_executeCommand')) return;
  const { sendCommand, MULTI } = prototype;
  prototype.sendCommand = function (...args) {
    return sendNamed(this.options?.name, () => sendCommand.apply(this, args));
  };
  prototype.MULTI = function (...args) {
    const transaction = MULTI.apply(this, args);
    const { addCommand } = transaction;
    transaction.addCommand = (...added) =>
      sendNamed(this.options?.name, () => addCommand.apply(transaction, added));
    return transaction;
  };
}
