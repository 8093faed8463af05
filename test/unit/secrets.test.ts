import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../src/redact/redactor.ts';

const SECRETS = ['K7pQm2ZtR9xLw4VbN8cYh3Jd', 'Ta5Rw8Lk2Vm7Xz4Nc9Bq6Hj3', 'Zd3Fg6Pk9Wm2Ry5Tn8Lv4Xb7'];
const DIGITS = '482913';
const HEX = '3f9a1c77de04b5268acb90e1f2d3c4b5';
const WORD = 'hunter2zebra';
const redactor = new Redactor([]);

interface Row {
  readonly how: string;
  readonly given: string;
  readonly shown: readonly string[];
}

const sections = readFileSync(join(import.meta.dirname, '../fixtures/secrets/rows.txt'), 'utf8')
  .split(/^# --- /m)
  .slice(1)
  .map((section) => {
    const [title = '', ...lines] = section.trim().split('\n');
    return { title, rows: lines.map(rowOf) };
  });

function rowOf(line: string): Row {
  const [how = '', given = '', shown = ''] = line.split(' · ');
  return { how, given, shown: shown.split('|') };
}

/** The text with the secret in it, and with the characters that are escaped in the file. */
function planted(text: string, secret: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\' };
  return text
    .replace(/\\([nrt\\])/g, (_, name: string) => escapes[name] ?? '')
    .replaceAll('§', secret)
    .replaceAll('¤', DIGITS)
    .replaceAll('‡', HEX)
    .replaceAll('†', WORD);
}

function redacted(how: string, text: string): string {
  const [door = '', name = ''] = how.split(' ');
  if (door === 'sql') return redactor.statement(text, name === '-' ? '' : name);
  if (door === 'attr') return redactor.attribute(name, text);
  if (door === 'list') return redactor.list(name, JSON.parse(text));
  return door === 'name' ? redactor.name(text) : redactor.text(text);
}

test('the table is worth its name', () => {
  expect(sections.flatMap(({ rows }) => rows).length).toBeGreaterThan(250);
});

describe.each(sections)('$title', ({ rows }) => {
  test.each(rows)('$how · $given', ({ how, given, shown }) => {
    for (const secret of SECRETS) {
      const text = redacted(how, planted(given, secret));
      for (let i = 0; given.includes('§') && i + 8 <= secret.length; i++) {
        expect(text).not.toContain(secret.slice(i, i + 8));
      }
      if (given.includes('¤')) expect(text).not.toContain(DIGITS);
      if (given.includes('‡')) expect(text).not.toContain(HEX.slice(8, 16));
      if (given.includes('†')) expect(text).not.toContain(WORD.slice(0, 8));
      for (const word of shown) expect(text).toContain(word);
    }
  });
});

const statements = sections
  .filter(({ title }) => title === 'statements whose secrets have no quotes')
  .flatMap(({ rows }) => rows)
  .filter(({ how }) => how.startsWith('sql '));

test.each(statements)(
  'behind other statements a secret is none the less one: $given',
  ({ how, given, shown }) => {
    for (const before of [
      'SELECT 1; ',
      'SELECT a FROM t WHERE b = 2;\n',
      'SET x = 1;INSERT INTO t VALUES (1);',
    ]) {
      const text = redacted(how, planted(before + given.replaceAll('§', '†'), ''));
      expect(text).not.toContain(WORD);
      for (const word of shown) expect(text).toContain(word);
    }
  },
);
