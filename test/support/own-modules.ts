import { vi } from 'vitest';

/**
 * Runs before each test file. The fast ones share a process, and each finds the modules of `src` as a new process does:
 * with all the lines that may be logged in an hour, say, and with no processor.
 */
vi.resetModules();
for (const key of Object.getOwnPropertySymbols(globalThis))
  if (key.description?.startsWith('opentelemetry-stardust.')) Reflect.deleteProperty(globalThis, key);
