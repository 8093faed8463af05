import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const SRC = join(import.meta.dirname, '../../src');
/** Programs of their own, whose failures are to be seen. */
const PROGRAMS = /^(?:dev|cli|diagnose)(?:\/|\.ts)/;
/** They ask nothing of the system. Timers are taken once, when the package loads. */
const PURE =
  /^(?:buffer|diagnostics_channel|path|timers|url|util|util\/types)\.|^net\.(?:BlockList|isIP)$|^process\.listenerCount$/;

/** A call of Node's in src, such as `fs.statSync` or `process.cpuUsage`. */
export interface SystemCall {
  readonly name: string;
  /** Where it is made, from src on. */
  readonly files: readonly string[];
}

/** All calls by which src asks something of the system, by the imports and by what it calls of `process`. */
export function systemCallsInSrc(): SystemCall[] {
  const found = new Map<string, Set<string>>();
  const note = (name: string, file: string) =>
    found.set(name, (found.get(name) ?? new Set<string>()).add(file));
  for (const file of sourceFiles()) {
    const code = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, names = '', module] of code.matchAll(IMPORT))
      for (const name of names.split(',').map((each) => each.trim()))
        if (name !== '' && !name.startsWith('type ')) note(`${module}.${name.split(' ')[0]}`, file);
    for (const [call] of code.matchAll(/\bprocess\.[\w.]+(?=\()/g)) note(call, file);
  }
  return [...found]
    .map(([name, files]) => ({ name, files: [...files] }))
    .filter(({ name }) => !PURE.test(name) && isFunction(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const IMPORT = /(?:import|const)\s+\{([^}]*)\}\s*(?:=\s*await\s+import\(|from\s+)'node:([\w/]+)'/g;

function sourceFiles(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !PROGRAMS.test(file));
}

/** Has a call throw, or its promise reject, where src makes it; others are served. Returns what undoes it. */
export function refuse(name: string): () => void {
  const [holder, key] = placeOf(name);
  const real = holder[key] as (...args: unknown[]) => unknown;
  function refusing(this: unknown, ...args: unknown[]): unknown {
    const caller = new Error('who calls').stack?.split('\n')[2] ?? '';
    if (!caller.includes('/src/')) return new.target ? Reflect.construct(real, args) : real.apply(this, args);
    const refused = Object.assign(new Error('Operation not permitted'), { code: 'EPERM' });
    if (name.includes('/promises.')) return Promise.reject(refused);
    throw refused;
  }
  const put = (value: unknown) => {
    Object.defineProperty(holder, key, { value, configurable: true, writable: true });
    syncBuiltinESMExports();
  };
  put(Object.assign(refusing, real));
  return () => put(real);
}

function isFunction(name: string): boolean {
  const [holder, key] = placeOf(name);
  return typeof holder[key] === 'function';
}

/** `process.memoryUsage.rss` is `rss` of `process.memoryUsage`; `fs/promises.stat` is `stat` of that module. */
function placeOf(name: string): [holder: Record<string, unknown>, key: string] {
  const [first = '', ...path] = name.split('.');
  const key = path.pop() ?? '';
  const start: unknown = first === 'process' ? process : createRequire(import.meta.url)(`node:${first}`);
  const holder = path.reduce((value: unknown, each) => (value as Record<string, unknown>)[each], start);
  return [holder as Record<string, unknown>, key];
}
