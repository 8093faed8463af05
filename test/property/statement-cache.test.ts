import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatementCache } from '../../src/naming/statement-cache.ts';
import { sqlShape } from '../../src/sql/sql.ts';

const WORDS =
  `select from join where group by insert into values update set delete using with as on union create table
  count or only top outfile is distinct t1 orders größe q nq E N _utf8 null 1st 2024_orders`.split(/\s+/);
const MARKS = [
  ...[
    '(',
    ')',
    ',',
    '.',
    ';',
    '*',
    '=',
    '-',
    '--',
    '/',
    '/*',
    '*/',
    '#',
    '[',
    ']',
    '[a b]',
    '[a]]b]',
    '$',
    '$$',
    '$1',
  ],
  ...[
    "'",
    '"',
    '`',
    "''",
    '""',
    '\\',
    "\\'",
    ':',
    '::',
    ':1',
    '@',
    '@1',
    '?',
    '\n',
    '\0',
    '\u00a0',
    '\u2003',
    '{',
    '}',
  ],
  ...[
    '"o 1"',
    '`a 2 b`',
    '"it\'s"',
    '"a->1"',
    '"User"."id"',
    "q'[",
    "]'",
    "'x'",
    "'a b'",
    '"a',
    '$t$',
    '->',
    '1.5',
  ],
];
const LITERALS = [
  '1',
  '22',
  '3.5',
  '007',
  "'x'",
  "'from u'",
  "''",
  "'it''s'",
  "'a, b'",
  "'--'",
  "'/*'",
  '"',
  "'",
];
const piece = fc.constantFrom(...WORDS, ...MARKS, ' ', ' ', ' ');

test('a statement has the shape that it has by itself, whatever was seen before it', () => {
  const shapes = new StatementCache((statement) => ({ shape: sqlShape(statement) }));
  const literal = fc.constantFrom(...LITERALS);
  const glue = fc.constantFrom('', ' ');
  // Statements of the same pieces with different literals between them, which is what could be mixed up.
  const alike = fc.tuple(
    fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 14 }),
    fc.array(fc.array(literal, { minLength: 14, maxLength: 14 }), { minLength: 2, maxLength: 4 }),
    glue,
  );
  fc.assert(
    fc.property(alike, ([pieces, rows, space]) => {
      for (const row of rows) {
        const statement = pieces
          .map(([text, hasLiteral], i) => (hasLiteral ? `${text}${space}${row[i]}` : text))
          .join(space);
        expect(shapes.of(statement).shape).toEqual(sqlShape(statement));
      }
    }),
    { numRuns: 5_000 },
  );
});
