// npm run test:matrix [-- --only "node24 otel3 esm"] [-- --write]
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { only: { type: 'string' }, write: { type: 'boolean' } } });

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = ['run', '--config', join(import.meta.dirname, 'vitest.config.ts')];
if (values.only !== undefined) args.push('--testNamePattern', everyWordOf(values.only));
const { status } = spawnSync(process.execPath, [vitest, ...args], {
  stdio: 'inherit',
  env: { ...process.env, ...(values.write && { WRITE_COMPATIBILITY: '1' }) },
});
process.exit(status ?? 1);

/** Fits the titles that have all of these words, in any order. */
function everyWordOf(words) {
  const escaped = words
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `^${escaped.map((word) => `(?=(?:.*\\s)?${word}(?:\\s|$))`).join('')}`;
}
