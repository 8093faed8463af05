import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO } from '../processes/built.ts';
import { runNode } from '../processes/child.ts';
import type { App } from './npm.ts';

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  moduleResolution: 'nodenext',
  target: 'es2022',
  skipLibCheck: false,
  noEmit: true,
  typeRoots: [join(REPO, 'node_modules/@types')],
  types: ['node'],
};

/** What the compiler has to say of a source in the app's folder, as an ES module and as CommonJS. */
export async function compiled(source: string, app: App): Promise<string> {
  const files = ['use.mts', 'use.cts'];
  for (const file of files) writeFileSync(join(app.folder, file), source);
  writeFileSync(join(app.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files }));
  const tsc = join(REPO, 'node_modules/typescript/bin/tsc');
  return (await runNode([tsc, '--project', '.'], { cwd: app.folder })).stdout;
}
