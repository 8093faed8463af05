import type { Hide } from './hidden.ts';
import { matchesOf } from './matches.ts';
import { isSecretOf } from './patterns.ts';
import type { SecretKeys } from './secret-keys.ts';

/** `Key (tenant_id, reset_token)=(42, x) already exists.` of PostgreSQL. */
const KEY_DETAIL =
  /(?<opening>\((?<names>(?:[^()]|\([^()]{0,100}\)){1,200})\)=\()(?<row>[^\n]{1,400}?)\)(?=\s(?:already|is|conflicts|refers)|[.,;]?(?:\s|$))/g;
/** What parts the cells of a table. */
const SEPARATORS = ['\t', '|', ',', ';'];
const HEADER_UNITS = 500;
/** The name of a column, or nothing at either end of a row. */
const COLUMN = /^\s*(?:["'`]?[\p{L}_.]{1,40}\d{0,2}(?: [\p{L}_.]{1,40})?["'`]?\s*)?$/u;
/** A line of its own key and value: `password<tab>x`, `password | x`, `"password","x"`. */
const KEY_AND_VALUE =
  /^(?<key>[^\t]*(?=\t)|\s*["'`]?[\p{L}_][\p{L}\p{N}_. -]{0,60}["'`]?\s*(?=\|\s|[,;]"))[\t|,;](?<value>(?<=\t)[^\t]+|[^\t|]{0,2}[^\s|]+\s*)$/u;
const LINE_OF_A_TABLE = /^[\s|+:=-]*$/;

/** Finds what stands in secret columns: of the rows that databases tell, and of tables with a header. */
export function findInColumns(text: string, keys: SecretKeys, hide: Hide): void {
  for (const { index, groups } of matchesOf(KEY_DETAIL, text)) {
    const { opening = '', names = '', row = '' } = groups ?? {};
    hideCells(names.split(','), row, ',', index + opening.length, keys, hide);
  }
  if (/[\n\u2028\t]/.test(text)) findInTables(text, keys, hide);
}

function findInTables(text: string, keys: SecretKeys, hide: Hide): void {
  let at = 0;
  let header: { readonly names: readonly string[]; readonly separator: string } | undefined;
  for (const line of text.split(/[\n\u2028]/)) {
    const isRow = header !== undefined && line.split(header.separator).length >= header.names.length;
    if (header !== undefined && isRow) hideCells(header.names, line, header.separator, at, keys, hide);
    else if (!LINE_OF_A_TABLE.test(line)) header = headerIn(line, keys);
    const { key = '', value = '' } = (header === undefined && KEY_AND_VALUE.exec(line)?.groups) || {};
    if (!/\*{3}\W*$/.test(key) && isSecretOf(key, value, keys))
      hide(at + line.length - value.length, at + line.length);
    at += line.length + 1;
  }
}

function headerIn(line: string, keys: SecretKeys): { names: string[]; separator: string } | undefined {
  if (line.length > HEADER_UNITS) return undefined;
  for (const separator of SEPARATORS) {
    const names = line.split(separator);
    const isHeader =
      names.length > 1 &&
      names.every(
        (name, i) => COLUMN.test(name) || (i === 0 && (separator === '|' || COLUMN.test(lastOf(name)))),
      );
    if (isHeader && names.some((name) => keys.secrecy(name) !== undefined)) return { names, separator };
  }
  return undefined;
}

/** Something may stand before the first column: `10.0.0.7 id,password`. */
function lastOf(cell: string): string {
  return /[^:=\s/?&]*\s*$/.exec(cell)?.[0] ?? '';
}

/** Hides the cells below secret columns; all of the row where it cannot be told which cell belongs to which. */
function hideCells(
  names: readonly string[],
  row: string,
  separator: string,
  start: number,
  keys: SecretKeys,
  hide: Hide,
): void {
  const cells = row.split(separator);
  if (cells.length !== names.length) {
    if (names.some((name) => isSecretOf(name, row, keys))) hide(start, start + row.trimEnd().length);
    return;
  }
  let at = start;
  for (const [i, cell] of cells.entries()) {
    const value = cell.trim();
    if (isSecretOf(names[i] ?? '', value, keys))
      hide(at + cell.indexOf(value), at + cell.indexOf(value) + value.length);
    at += cell.length + separator.length;
  }
}
