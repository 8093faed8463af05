import fs from 'node:fs';
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach } from 'vitest';

/**
 * The ways in which a disk fails that no test can bring about with a real one: `EROFS`, nothing can be changed;
 * `EACCES`, nor listed; `ENOSPC`, nothing can be written; `EMFILE`, no file can be read; `hangs`, what is written is, and
 * nobody hears of it; `hangs when read`, the same of what is listed.
 */
export type DiskFault = 'EROFS' | 'EACCES' | 'ENOSPC' | 'EMFILE' | 'hangs' | 'hangs when read';

let fault: DiskFault | undefined;
let late: (() => void)[] = [];

type Call = (...args: unknown[]) => unknown;
const isWriting = ([, flags]: unknown[]) =>
  fault !== 'hangs when read' && flags !== undefined && flags !== 'r';
const isChanging = () => fault === 'EROFS' || fault === 'EACCES';
const originals: [Record<string, Call>, string, Call][] = [];

function failing(of: object, name: string, isIt: (args: unknown[]) => boolean): void {
  const owner = of as Record<string, Call>;
  const real = owner[name] as Call;
  originals.push([owner, name, real]);
  owner[name] = (...args) => {
    if (fault === undefined || !isIt(args)) return real(...args);
    if (fault.startsWith('hangs')) {
      const done = real(...args);
      return new Promise((resolve) => {
        late.push(() => resolve(done));
      });
    }
    const error = Object.assign(new Error(`${fault}: ${name}`), { code: fault, syscall: name });
    const answer = args.at(-1);
    if (typeof answer === 'function') return answer(error);
    if (name.endsWith('Sync')) throw error;
    return Promise.reject(error);
  };
}

function replaceCalls(): void {
  for (const name of ['rename', 'rm', 'utimes', 'mkdir']) failing(fsp, name, isChanging);
  for (const name of ['renameSync', 'rmSync', 'rmdirSync', 'mkdirSync']) failing(fs, name, isChanging);
  failing(fsp, 'readdir', () => fault === 'EACCES' || fault === 'hangs when read');
  failing(fs, 'open', () => fault === 'EMFILE');
  failing(fsp, 'open', (args) => isWriting(args) && fault !== 'EMFILE');
  failing(fs, 'openSync', (args) => isWriting(args) && fault !== 'hangs' && fault !== 'EMFILE');
  syncBuiltinESMExports();
}

afterEach(() => answerLate());

/** Lets the disk fail from now on; until the end of the test at most. */
export function failDisk(how: DiskFault): void {
  if (originals.length === 0) replaceCalls();
  fault = how;
}

/** Whether a call hangs. */
export function hangs(): boolean {
  return late.length > 0;
}

/** It works again, and answers what it left hanging. */
export function answerLate(): void {
  letDiskWork();
  for (const answer of late) answer();
  late = [];
}

/** It works again; what hangs still does. */
export function letDiskWork(): void {
  fault = undefined;
  for (const [owner, name, real] of originals.splice(0)) owner[name] = real;
  syncBuiltinESMExports();
}
