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

it('an import loads neither what redacts nor what delivers', async () => {
  const program =
    "require('../../dist/index.cjs'); console.log(Object.keys(require.cache).map((file) => require('path').basename(file)).join())";
  const { stdout } = await runNode(['-e', program], { cwd: import.meta.dirname });
  const loaded = stdout.trim().split(',');
  expect(loaded).toContain('stardust.cjs');
  expect(loaded).not.toContain('redaction.cjs');
  expect(loaded).not.toContain('delivery.cjs');
  expect(loaded.some((file) => file === 'agent.js')).toBe(false);
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
