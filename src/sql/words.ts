/** What may come next: a source behind FROM, a target behind INTO, a common table expression behind WITH. */
export type Expected = 'source' | 'target' | 'expression';

export const WORDS = {
  /** May stand before a name: `from only t`, `create table if not exists t`, `with recursive c`. */
  source: words('lateral only table'),
  target: words('delayed exists high_priority if ignore low_priority not only or overwrite table top'),
  expression: words('recursive'),
  /** Never name a table unless quoted. */
  reserved:
    words(`alter as by create delete distinct drop exists for from group having if insert into join not on only
    or order ordinality returning select set straight_join table union update using values where with`),
  /** End a list of tables. */
  endList: words('for group having order output returning set update values where window'),
  /** Begin a statement, also behind `as` and EXPLAIN. */
  begin: words('copy delete drop insert merge replace select table truncate update with'),
  /** As the first word: a statement follows. */
  explain: words('desc describe explain'),
  /** As the first word: what is behind FROM is no table. */
  nameNoTables: words('backup fetch move restore revoke'),
};

/** What holds between a pair of parentheses, as bits. */
export const Level = {
  /** `from` has tables behind it, and is not that of `extract(year from x)`. */
  READS: 1,
  /** A comma has one more table behind it. */
  LISTS: 2,
  /** A comma has one more common table expression behind it. */
  WITH: 4,
  /** `using` has a table behind it, and is not that of `convert(x using utf8)`. */
  USES: 8,
  /** `table` may have a list behind it. */
  DROPS: 16,
  /** What is updated may turn out to be the alias of a table. */
  UPDATES: 32,
  /** The target comes behind the parentheses that were opened: `update top (5) t`. */
  AWAITS: 64,
} as const;

/** What a word does to what is read behind it. */
export interface Clause {
  /** Whether it does so only where a statement may begin. */
  readonly isVerb?: boolean;
  /** What the statement is called, if not by its first word. */
  readonly action?: string;
  /** The level must hold this, else the word means nothing. */
  readonly needs?: number;
  readonly adds?: number;
  readonly drops?: number;
  readonly expects?: Expected;
}

const { READS, LISTS, USES, DROPS, UPDATES } = Level;
const VERB = { isVerb: true, drops: 255 };

export const CLAUSES: ReadonlyMap<string, Clause> = new Map(
  Object.entries<Clause>({
    copy: { ...VERB, expects: 'target' },
    delete: { ...VERB, action: 'Delete', adds: READS | USES },
    drop: { ...VERB, adds: DROPS },
    insert: { ...VERB, action: 'Insert', expects: 'target' },
    merge: { ...VERB, action: 'Upsert', adds: READS | USES, expects: 'target' },
    replace: { ...VERB, action: 'Upsert', expects: 'target' },
    truncate: { ...VERB, adds: LISTS, expects: 'target' },
    update: { ...VERB, action: 'Update', adds: READS | LISTS | UPDATES, expects: 'target' },
    select: { ...VERB, isVerb: false, action: 'Select', adds: READS },
    from: { needs: READS, adds: LISTS, expects: 'source' },
    using: { needs: USES, adds: LISTS, expects: 'source' },
    join: { expects: 'source' },
    straight_join: { needs: LISTS, expects: 'source' },
    with: { expects: 'expression' },
    into: { drops: LISTS, expects: 'target' },
    table: { expects: 'target' },
  }),
);

/** All words of these tables, and those that mean something beside others: `do update`, `is distinct`, `count (`. */
export const KNOWN: ReadonlyMap<string, string> = new Map(
  [...Object.values(WORDS), CLAUSES.keys(), ['count', 'do', 'duplicate', 'is', 'key']]
    .flatMap((each) => [...each])
    .map((word) => [word, word]),
);

/** The words of a text. */
export function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
