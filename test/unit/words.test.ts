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

it('styles only classes and colours of the page that its views have', () => {
  const folder = join(SRC, 'dev/page');
  const css = readFileSync(join(folder, 'page.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const views = readdirSync(folder).filter((file) => file.endsWith('.tsx'));
  const code = views.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  const classes = new Set(css.match(/(?<![\d\w])\.[a-z][a-z-]*/g));
  expect(classes.size).toBeGreaterThan(20);
  expect([...classes].filter((name) => !new RegExp(`\\b${name.slice(1)}\\b`).test(code))).toEqual([]);
  const colours = new Set(css.match(/^ +--(?!app-)[\w-]+(?=:)/gm)?.map((colour) => colour.trim()));
  expect([...colours].filter((colour) => !`${css}${code}`.includes(`var(${colour})`))).toEqual([]);
});
