import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/cli/words-en.ts';
import { LIMIT_RANGES } from '../../src/dev/limits.ts';
import { FAULT_EFFECTS } from '../../src/dev/page/page-data.ts';
import { WORDS } from '../../src/dev/page/words.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));

/** Why spans are not counted: `check` has a word for each field of `dropped`. */
const REASONS = ['excluded', 'filtered', 'internal', 'ownCall', 'afterShutdown', 'unusable'];

/** All that stands in quotes in the code of a room. */
function quotedIn(folder: string): ReadonlySet<string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const code = files
    .filter((file) => file.startsWith(folder) && /\.tsx?$/.test(file) && !/words/.test(file))
    .map((file) => readFileSync(join(SRC, file), 'utf8'));
  return new Set(code.join('\n').match(/(?<=["'])\w+(?=["'])/g));
}

describe.each([
  ['the command', en, quotedIn('cli'), REASONS],
  [
    'the page',
    WORDS,
    quotedIn('dev/page'),
    [...Object.keys(LIMIT_RANGES), ...FAULT_EFFECTS.map((name) => `effect${name}`)],
  ],
])('%s', (_, words, quoted, computed) => {
  it('says each of its words somewhere', () => {
    const unsaid = Object.keys(words).filter((word) => !quoted.has(word) && !computed.includes(word));
    expect(unsaid).toEqual([]);
  });
});
