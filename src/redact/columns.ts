import type { SecretKeys } from './secret-keys.ts';
import type { View } from './views.ts';

/** `Key (tenant_id, reset_token)=(42, x) already exists.` of PostgreSQL. */
const KEY_DETAIL =
  /(?<opening>\((?<names>(?:[^()]|\([^()]{0,100}\)){1,200})\)=\()(?<row>[^\n]{1,400}?)\)(?=\s(?:already|is|conflicts|refers)|[.,;]?(?:\s|$))/g;
/** What parts the cells of a table. */
const SEPARATORS = ['\t', '|', ',', ';'];
/** The name of a column, or nothing at either end of a row. */
const COLUMN = /^\s*(?:["'`]?[\p{L}_.]{1,40}\d{0,2}(?: [\p{L}_.]{1,40})?["'`]?\s*)?$/u;
const LINE_OF_A_TABLE = /^[\s|+:=-]*$/;

type Header = Readonly<{ names: readonly string[]; separator: string }>;
type Row = Header & Readonly<{ row: string; start: number }>;

/** Finds what stands in secret columns: of the rows that databases tell, and of tables with a header. */
export function findInColumns(view: View, keys: SecretKeys): void {
  for (const { index, groups } of view.matches(KEY_DETAIL)) {
    const { opening = '', names = '', row = '' } = groups ?? {};
    const header = { names: names.split(','), separator: ',' };
    hideCells(view, keys, { ...header, row, start: index + opening.length });
  }
  let at = 0;
  let header: Header | undefined;
  for (const line of view.text.split(/[\n\u2028]/)) {
    if (header !== undefined && line.split(header.separator).length >= header.names.length)
      hideCells(view, keys, { ...header, row: line, start: at });
    else if (!LINE_OF_A_TABLE.test(line)) header = headerIn(line, keys);
    at += line.length + 1;
  }
}

function headerIn(line: string, keys: SecretKeys): Header | undefined {
  return SEPARATORS.map((separator) => ({ names: line.split(separator), separator })).find(
    ({ names, separator }) =>
      names.length > 1 &&
      // Something may stand before the first column: `10.0.0.7 id,password`.
      (separator === '|' || COLUMN.test(/[^:=\s/?&]*\s*$/.exec(names[0] ?? '')?.[0] ?? '')) &&
      names.slice(1).every((name) => COLUMN.test(name)) &&
      names.some((name) => keys.secrecy(name) !== undefined),
  );
}

/** Hides the cells below secret columns; all of the row where it cannot be told which cell belongs to which. */
function hideCells(view: View, keys: SecretKeys, { names, separator, row, start }: Row): void {
  const cells = row.split(separator);
  const isTold = cells.length === names.length;
  let at = start;
  for (const [i, cell] of (isTold ? cells : [row]).entries()) {
    const value = cell.trim();
    const from = at + cell.indexOf(value);
    const above = isTold ? names.slice(i, i + 1) : names;
    if (above.some((name) => keys.hides(name, value))) view.hide(from, from + value.length);
    at += cell.length + separator.length;
  }
}
