import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LogLine, logLinesIn } from '../support/log-lines.ts';

const REPO = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['docs/troubleshooting.md', 'docs/zh-CN/troubleshooting.md'];

const lines = logLinesIn(join(REPO, 'src'));

/** What the index of a page shows: the first column, without its backticks. */
function shownOn(page: string): string[] {
  const text = readFileSync(join(REPO, page), 'utf8');
  const index = text.slice(text.indexOf('\n### '));
  return [...index.matchAll(/^\| `([^`]+)` \|/gm)].map(([, line = '']) => line);
}

/** Whether a line of the page holds the texts of a line of the code, in order, and nothing besides. */
function shows(line: string, { texts }: LogLine): boolean {
  const fixed = line
    .split('…')
    .map((text) => text.trim())
    .filter((text) => /\w/.test(text));
  // What is said before a semicolon may come from elsewhere.
  if (texts[0]?.startsWith(';')) return words(fixed).endsWith(words(texts));
  return words(fixed) === words(texts);
}

const words = (texts: readonly string[]) => (texts.join(' ').match(/[\w.:]+/g) ?? []).join(' ');

describe.each(PAGES)('%s', (page) => {
  const shown = shownOn(page);

  it('shows each line that the code logs', () => {
    expect(lines.length).toBeGreaterThan(25);
    const missing = lines.filter((line) => !shown.some((each) => shows(each, line)));
    expect(missing.map(({ file, texts }) => `${file}: ${texts.join(' … ')}`)).toEqual([]);
  });

  it('shows no line that is nowhere in the code', () => {
    const source = lines.map(({ texts }) => texts.join(' ')).join('\n');
    expect(source.length).toBeGreaterThan(500);
    const unknown = shown.filter(
      (each) => !lines.some((line) => shows(each, line)) && !isMadeElsewhere(each),
    );
    expect(unknown).toEqual([]);
  });

  it('shows the lines of the other page', () => {
    expect(shown).toEqual(shownOn(PAGES[0] ?? ''));
  });
});

/** Lines whose text is made elsewhere than where it is logged. */
function isMadeElsewhere(line: string): boolean {
  return (
    /^(?:option|variable|unknown options|register …|no login)/.test(line) ||
    /^… (?:further lines|refuses the login)/.test(line)
  );
}
