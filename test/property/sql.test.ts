import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskSql, sqlShape } from '../../src/sql/sql.ts';
import { anyCharacter } from '../support/any-character.ts';
import { isLinear } from '../support/is-linear.ts';
import { expectNoLeak } from '../support/leaks.ts';

const WORDS = [
  ...['select', 'from', 'join', 'where', 'group', 'by', 'order', 'insert', 'into', 'values', 'update', 'set'],
  ...[
    'delete',
    'using',
    'merge',
    'with',
    'recursive',
    'as',
    'on',
    'conflict',
    'do',
    'duplicate',
    'key',
    'union',
  ],
  ...[
    'create',
    'drop',
    'table',
    'if',
    'exists',
    'explain',
    'count',
    'distinct',
    'top',
    'only',
    'replace',
    'or',
  ],
  ...['a', 'orders', 'T1', 'größe', 'null', 'E', 'N', 'q', 'nq', 'copy', 'truncate', 'for', 'straight_join'],
];
const MARKS = [
  ...[
    '(',
    ')',
    ',',
    '.',
    ';',
    '*',
    '=',
    "'",
    '"',
    '`',
    '[',
    ']',
    '$',
    '$$',
    '$x$',
    '\\',
    "\\'",
    "''",
    '--',
    '#',
  ],
  ...[
    '/*',
    '*/',
    '/*+',
    '#>',
    '#-',
    '##',
    ':',
    '::',
    '@',
    '@@',
    '?',
    '%',
    '{',
    '}',
    '\n',
    ' ',
    '\t',
    '\u0000',
  ],
  ...['1', '-5', '.5', '1e', '1e-5', '0xF', ':1', '$1', '123456', '\ud83d', '\u00a0', '\ufeff', '\u2028'],
];

/** Text made of what SQL is made of, in any order, cut off anywhere. */
const sqlLike = fc
  .tuple(fc.array(fc.constantFrom(...WORDS, ...MARKS, ' ', ' '), { maxLength: 60 }), fc.nat(400))
  .map(([pieces, length]) => pieces.join('').slice(0, length));
const anyText = fc.oneof(
  sqlLike,
  fc.string({ unit: anyCharacter, maxLength: 200 }),
  fc.string({ maxLength: 200 }),
);

test('a shape is fit to be a name, whatever the statement', () => {
  fc.assert(
    fc.property(anyText, (statement) => {
      const shape = sqlShape(statement);
      if (shape === undefined) return;
      expect(shape.action).toMatch(/^(?:[A-Z][a-z]{0,19}|SelectCount)$/);
      expect(shape.action).not.toBe('With');
      expect(shape.tables.length).toBeLessThanOrEqual(4);
      expect(new Set(shape.tables.map((table) => table.toLowerCase())).size).toBe(shape.tables.length);
      for (const table of shape.tables) {
        expect(table.length).toBeGreaterThan(0);
        expect(table.length).toBeLessThanOrEqual(60);
        expect(table).not.toMatch(/[:\p{Cc}\u2028\u2029]/u);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('masking never throws and hardly lengthens', () => {
  fc.assert(
    fc.property(anyText, fc.boolean(), (statement, doubleQuotedIsText) => {
      const masked = maskSql(statement, doubleQuotedIsText ? 'text' : 'by place');
      return masked.length <= statement.length + 1;
    }),
    { numRuns: 5_000 },
  );
});

interface Dialect {
  readonly pieces: readonly string[];
  /** How a literal is written around a secret of letters and digits. */
  readonly literals: readonly ((secret: string) => string)[];
  readonly doubleQuotedIsText?: boolean;
}

const COMMON = [
  ...[
    'select',
    'from t',
    'a.b',
    '=',
    '-',
    '+',
    'null',
    "'it''s'",
    "''",
    "'x'",
    '5',
    '1.5e-3',
    '/* c */',
    '/*+ h */',
  ],
  ...[
    '(',
    ')',
    'in (1, 2)',
    "-- it's\n",
    '-- x\n',
    "/* it's */",
    "'-- '",
    "'/*'",
    "'#'",
    "' x '",
    "'$$'",
    "'\"'",
  ],
];
const COMMON_LITERALS = [(secret: string) => `'${secret}'`, (secret: string) => `' ${secret} ''`.concat("'")];

const DIALECTS: Readonly<Record<string, Dialect>> = {
  mysql: {
    pieces: [
      ...COMMON,
      "'it\\'s'",
      "'5\\' tall'",
      "'\\\\'",
      '`a``b`',
      "`it's`",
      "# it's\n",
      '# x\n',
      '"it\'s"',
      '"\\""',
    ],
    literals: [
      ...COMMON_LITERALS,
      (secret) => `"${secret}"`,
      (secret) => `'\\'${secret}'`,
      (secret) => `_utf8'${secret}'`,
    ],
    doubleQuotedIsText: true,
  },
  postgresql: {
    pieces: [
      ...COMMON,
      "'C:\\'",
      "'\\\\'",
      "$$it's$$",
      "$x$ $$ ' $x$",
      "E'it\\'s'",
      '"it\'s"',
      "/* /* it's */ */",
      "a #>> '{b}'",
      'x[1:2]',
      '$1',
      '::text',
    ],
    literals: [
      ...COMMON_LITERALS,
      (secret) => `$$${secret}$$`,
      (secret) => `$t$ ${secret} $t$`,
      (secret) => `E'\\'${secret}'`,
      (secret) => `array['${secret}']`,
    ],
  },
  'sql server': {
    pieces: [...COMMON, "'C:\\'", "N'x'", '[Order Details]', "[it's]", '[a]]b]', 'from #t', '@p1', '"it\'s"'],
    literals: [...COMMON_LITERALS, (secret) => `N'${secret}'`],
  },
  oracle: {
    pieces: [...COMMON, "q'[it's]'", "q'!it's!'", 'v$session', ':1', ':name', "'C:\\'"],
    literals: [...COMMON_LITERALS, (secret) => `q'[${secret}']'`, (secret) => `nq'{ ${secret} }'`],
  },
};

const secret = fc.stringMatching(/^[A-Za-z0-9]{12}$/);
const number = fc.bigInt({ min: 100_000n, max: 10n ** 18n }).map(String);
const numberLiteral = fc.constantFrom(
  ...[(digits: string) => digits, (digits: string) => `-${digits}`, (digits: string) => `${digits}.5`],
  ...[
    (digits: string) => `0.${digits}`,
    (digits: string) => `1e${digits}`,
    (digits: string) => `(${digits})`,
  ],
  ...[
    (digits: string) => `x[1:${digits}]`,
    (digits: string) => `$${digits}.25`,
    (digits: string) => `@${digits}`,
  ],
);

describe.each(Object.entries(DIALECTS))('what is planted in a statement of %s', (_, dialect) => {
  const pieces = fc.array(fc.constantFrom(...dialect.pieces), { maxLength: 8 });
  const planted = fc.oneof(
    fc.tuple(fc.constantFrom(...dialect.literals), secret),
    fc.tuple(numberLiteral, number),
  );
  const options = dialect.doubleQuotedIsText ? 'text' : 'name';

  test('is never seen in the masked one, complete or cut off anywhere', () => {
    fc.assert(
      fc.property(pieces, planted, pieces, fc.nat(200), (before, [write, hidden], after, cutBy) => {
        const statement = [...before, write(hidden), ...after].join(' ');
        const masked = maskSql(statement, options);
        expectNoLeak(hidden, masked, 6);
        expectNoLeak(hidden, maskSql(statement.slice(0, -cutBy), options), 6);
        return maskSql(masked, options) === masked;
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Begins again and again what never ends, or what must be looked at twice to see that it is something else. */
const REPEATED = [
  ...[
    'a',
    '(',
    ')',
    '((a,',
    "'",
    "''",
    "'\\'",
    "\\'",
    '"',
    '`',
    '[',
    '[a',
    "[a'",
    '$',
    '$a',
    '$a$',
    '$$',
    '$a$$b',
  ],
  ...[
    '/*',
    '/*/',
    '/**/',
    '/*/**/',
    '*/',
    '--',
    '--\n',
    '#',
    '#\n',
    '#a',
    'from #',
    '.',
    '1.',
    '1e-',
    ':1',
    '@',
  ],
  ...[
    "q'[",
    "E'\\",
    "N'",
    'a.',
    'from ',
    'from a,',
    'from "a",',
    'with a as (',
    'a as (select 1 from a),',
    ';',
  ],
  ...[
    'update a set ',
    'insert into t select ',
    'or ',
    'top (',
    'explain ',
    'explain (',
    'order',
    'straight_joi',
  ],
];

test('the time is linear: sixteen times the text takes no more than about sixteen times as long', () => {
  const piece = fc.oneof(fc.constantFrom(...REPEATED), fc.constantFrom(...WORDS, ...MARKS));
  const quotes = fc.constantFrom('name' as const, 'text' as const, 'by place' as const);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), piece, quotes, (begin, repeated, doubleQuotes) => {
      const long = (units: number) => begin.join(' ') + repeated.repeat(units / repeated.length);
      const mask = (text: string) => maskSql(text, doubleQuotes);
      expect(mask(long(20_000)).length).toBeLessThan(100_000);
      isLinear((units) => mask(long(units)));
    }),
    { numRuns: 300 },
  );
});
