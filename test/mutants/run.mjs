// `npm run mutants [folder…]`, or `-- --since <ref>`: small changes to the code, and which of them no test notices.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/node22');
const NODE = join(CACHE, 'node_modules/node/bin/node');

if (!existsSync(NODE)) {
  mkdirSync(CACHE, { recursive: true });
  execFileSync('npm', ['install', '--prefix', CACHE, '--no-save', 'node@22'], { stdio: 'inherit' });
}
const { status } = spawnSync(NODE, [join(import.meta.dirname, 'stryker.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
