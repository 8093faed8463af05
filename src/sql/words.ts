import { classOf } from './characters.ts';

/** What a word may be, as bits; a word that may stand before a name has the bit of what is expected there. */
export const Is = {
  /** Behind FROM, JOIN and commas: a name, and no table if it is called like a function. As in `from only t`. */
  BEFORE_SOURCE: 1,
  /** Behind INTO, UPDATE and TABLE: a name, and its columns may follow. As in `create table if not exists t`. */
  BEFORE_TARGET: 2,
  /** Behind WITH: a common table expression. */
  BEFORE_EXPRESSION: 4,
  /** Never names a table unless quoted. */
  RESERVED: 8,
  /** Ends a list of tables. */
  ENDS_LIST: 16,
  /** Begins a statement, also behind `as` or EXPLAIN. */
  BEGINS: 32,
  /** As the first word: a statement follows. */
  EXPLAINS: 64,
  /** As the first word: what is behind FROM is no table. */
  NO_TABLES: 128,
  /** Does what it does only where a statement may begin. */
  VERB: 256,
} as const;

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
  /** What the statement is called, if not by its first word. */
  readonly action?: string;
  /** The level must hold this, else the word means nothing. */
  readonly needs?: number;
  readonly adds?: number;
  readonly drops?: number;
  /** The name that comes next, by the word that may stand before it. */
  readonly expects: number;
}

/** A known word. */
export interface Word {
  /** In small letters. */
  readonly text: string;
  readonly sort: number;
  readonly clause: Clause | undefined;
}

const SORTS: readonly (readonly [number, string])[] = [
  [Is.BEFORE_SOURCE, 'lateral only table'],
  [Is.BEFORE_TARGET, 'delayed exists high_priority if ignore low_priority not only or overwrite table top'],
  [Is.BEFORE_EXPRESSION, 'recursive'],
  [Is.RESERVED, 'alter as by create delete distinct drop exists for from group having if insert into join'],
  [Is.RESERVED, 'not on only or order ordinality returning select set straight_join table union update'],
  [Is.RESERVED, 'using values where with'],
  [Is.ENDS_LIST, 'for group having order output returning set update values where window'],
  [Is.BEGINS, 'copy delete drop insert merge replace select table truncate update with'],
  [Is.VERB, 'copy delete drop insert merge replace truncate update'],
  [Is.EXPLAINS, 'desc describe explain'],
  [Is.NO_TABLES, 'backup fetch move restore revoke'],
  // They mean something beside others: `do update`, `duplicate key`, `is distinct`, `count (`.
  [0, 'count do duplicate is key'],
];

const ALL = 255;
const { READS, LISTS, USES, DROPS, UPDATES } = Level;
const { BEFORE_SOURCE, BEFORE_TARGET, BEFORE_EXPRESSION } = Is;

const CLAUSES: Readonly<Record<string, Clause>> = {
  copy: { drops: ALL, expects: BEFORE_TARGET },
  delete: { action: 'Delete', drops: ALL, adds: READS | USES, expects: 0 },
  drop: { drops: ALL, adds: DROPS, expects: 0 },
  insert: { action: 'Insert', drops: ALL, expects: BEFORE_TARGET },
  merge: { action: 'Upsert', drops: ALL, adds: READS | USES, expects: BEFORE_TARGET },
  replace: { action: 'Upsert', drops: ALL, expects: BEFORE_TARGET },
  truncate: { drops: ALL, adds: LISTS, expects: BEFORE_TARGET },
  update: { action: 'Update', drops: ALL, adds: READS | LISTS | UPDATES, expects: BEFORE_TARGET },
  select: { action: 'Select', drops: ALL, adds: READS, expects: 0 },
  from: { needs: READS, adds: LISTS, expects: BEFORE_SOURCE },
  using: { needs: USES, adds: LISTS, expects: BEFORE_SOURCE },
  join: { expects: BEFORE_SOURCE },
  straight_join: { needs: LISTS, expects: BEFORE_SOURCE },
  with: { expects: BEFORE_EXPRESSION },
  into: { drops: LISTS, expects: BEFORE_TARGET },
  table: { expects: BEFORE_TARGET },
};

/** Room for a node's classes, as a power of two. */
const NODE_BITS = 6;
/** The known words as a tree: the node behind another one, by the class of the next character. 0: no known word. */
const TREE = new Uint16Array(512 << NODE_BITS);
export const ROOT = 1;
/** The word that ends at a node. */
const WORDS: (Word | undefined)[] = [undefined, undefined];

for (const [sort, list] of SORTS)
  for (const text of list.split(' ')) {
    let node = ROOT;
    for (let i = 0; i < text.length; i++) {
      const at = (node << NODE_BITS) + classOf(text.charCodeAt(i));
      node = TREE[at] ||= WORDS.push(undefined) - 1;
    }
    WORDS[node] = { text, sort: sort | (WORDS[node]?.sort ?? 0), clause: CLAUSES[text] };
  }

/** The node behind one more character of this class. */
export function nodeBehind(node: number, type: number): number {
  return TREE[(node << NODE_BITS) + type] ?? 0;
}

/** The known word that ends at a node, if one does. */
export function wordAt(node: number): Word | undefined {
  return WORDS[node];
}
