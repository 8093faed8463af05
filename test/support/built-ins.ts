import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

/** Until the test is over, a function of one of Node's modules, or of `process`, is another one. */
export function replaced<T extends object, K extends keyof T>(holder: T, key: K, value: T[K]): void {
  const own = Reflect.getOwnPropertyDescriptor(holder, key);
  Reflect.defineProperty(holder, key, { value, configurable: true, writable: true, enumerable: true });
  syncBuiltinESMExports();
  onTestFinished(() => {
    if (own === undefined) Reflect.deleteProperty(holder, key);
    else Reflect.defineProperty(holder, key, own);
    syncBuiltinESMExports();
  });
}

/** What a host that forbids something answers. */
export function refused(): never {
  throw new Error('EPERM: operation not permitted');
}
