import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/processes/child.ts';

/** A program of this folder, and what it prints. */
async function figuresOf(program: string, args: readonly string[], flags: readonly string[] = []) {
  const ended = await runNode([...flags, join(import.meta.dirname, program), ...args], {
    cwd: import.meta.dirname,
  });
  return JSON.parse(ended.stdout) as Record<string, number>;
}

it('an import runs neither what redacts nor what delivers, and loads nothing of undici', async () => {
  const program = `
    const { builtinModules } = require('node:module');
    require('../../dist/index.cjs');
    const files = Object.keys(require.cache).map((file) => require('node:path').basename(file));
    const rooms = ['redaction', 'delivery'].map((room) => typeof require('../../dist/' + room + '.cjs'));
    console.log(JSON.stringify({ files, rooms, loaded: process.moduleLoadList.filter((each) => /NativeModule (?:zlib|os)$/.test(each)) }));`;
  const { stdout } = await runNode(['-e', program], { cwd: import.meta.dirname });
  const { files, rooms, loaded } = JSON.parse(stdout);
  expect(files).toContain('stardust.cjs');
  expect(files).not.toContain('agent.js');
  // Functions that run the rest; what delivers would have loaded these of Node's.
  expect(rooms).toEqual(['function', 'function']);
  expect(loaded).toEqual([]);
});

/** Times the sums alone: what was measured, and room for a busy machine. */
const MOST = { span: 2.2, stardust: 3.5 };

describe.each(['span', 'stardust'] as const)('under the naming %s', (naming) => {
  it('a span of which no sample is kept allocates nothing', async () => {
    const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
    const { bytesPerSpan } = await figuresOf('allocation.mjs', [naming], flags);
    // What else the process does meanwhile, divided by the spans.
    expect(bytesPerSpan).toBeLessThan(2);
  });

  it('a span costs little more than its sums', async () => {
    const { ratio } = await figuresOf('on-end.mjs', [naming]);
    expect(ratio).toBeLessThan(MOST[naming]);
  });
});
