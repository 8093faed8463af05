import { expect, test } from 'vitest';
import { shownFinding, wantsColour } from '../../src/cli/terminal.ts';

const terminal = { isTTY: true, hasColors: () => true };

test.each([
  ['a terminal', terminal, {}, true],
  ['a terminal and an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['a terminal under NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['a terminal without colours', { isTTY: true, hasColors: () => false }, {}, false],
  ['a pipe', {}, {}, false],
])('colour is for terminals that have it, and not under NO_COLOR: %s', (_, stream, env, wanted) => {
  expect(wantsColour(stream, env)).toBe(wanted);
});

test.each([
  ['good', '\u001b[32m✓\u001b[39m'],
  ['note', '\u001b[2m·\u001b[22m'],
  ['warning', '\u001b[33m!\u001b[39m'],
  ['bad', '\u001b[31m✗\u001b[39m'],
] as const)('only the mark of a step that is %s has a colour', (verdict, mark) => {
  expect(shownFinding({ step: 'tls', verdict, text: 'text' }, true)).toBe(`  ${mark} text\n`);
});

test('a long text is broken at 80 columns, behind its mark, and its fix is below', () => {
  const text = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');
  const lines = shownFinding({ step: 'tls', verdict: 'bad', text, fix: text }, false).trimEnd().split('\n');
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.slice(1).every((line) => /^ {4}\S/.test(line))).toBe(true);
  expect(lines.join('\n').replace(/\s+/g, ' ')).toBe(` ✗ ${text} ${text}`);
});

test('a command to be copied stays on its line, however long it is', () => {
  const command = `  npm install ${'package '.repeat(20)}`.trimEnd();
  const shown = shownFinding(
    { step: 'sdk', verdict: 'bad', text: 'No.', fix: `Install:\n${command}` },
    false,
  );
  expect(shown).toBe(`  ✗ No.\n    Install:\n    ${command}\n`);
});

test('what a server says cannot steer the terminal', () => {
  const text = 'refused:\u001b[2J \u009b31m\rgood';
  expect(shownFinding({ step: 'login', verdict: 'bad', text }, false)).toBe('  ✗ refused: [2J  31m good\n');
});
