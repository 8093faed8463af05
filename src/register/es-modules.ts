import { register, syncBuiltinESMExports } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Plan } from './decision.ts';
import type { Packages } from './packages.ts';

/**
 * Lets the instrumentations see what ES modules import. Has to come before the SDK and before the app's modules,
 * and by the copy of the hook that the instrumentations use.
 */
export function hookEsModules(where: Plan['esModuleHook'], { besideInstrumentation }: Packages): void {
  if (where === 'none' || (where === 'in thread' && hookInThread(besideInstrumentation))) return;
  const hook = pathToFileURL(besideInstrumentation.resolve('@opentelemetry/instrumentation/hook.mjs')).href;
  withoutDeprecation(() => register(hook));
}

/** Node 26 warns of `register()`; who uses an older release of the hook has no other way. */
function withoutDeprecation(call: () => void): void {
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  try {
    call();
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** Without a thread, a message for each module, and the warning of Node 26; older releases of the hook lack it. */
function hookInThread(load: Packages['besideInstrumentation']): boolean {
  try {
    const hook = load('import-in-the-middle/register-hooks.mjs') as {
      supportsSyncHooks(): boolean;
      register(): void;
    };
    if (!hook.supportsSyncHooks()) return false;
    hook.register();
    return true;
  } catch {
    return false;
  }
}

/**
 * Has `http` and `https` patched now, and what ES modules import of them changed with it. Left to chance, the first
 * to load them decides: where that is `require`, an ES module's `import { get } from 'node:http'` stays unseen.
 */
export function patchHttp({ besideInstrumentation }: Packages): void {
  for (const name of ['http', 'https']) besideInstrumentation(name);
  syncBuiltinESMExports();
}
