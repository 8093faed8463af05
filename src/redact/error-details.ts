import { hides, type SecretKeys } from './secret-keys.ts';
import { HIDDEN } from './values.ts';

/** `Key (tenant_id, reset_token)=(42, x) already exists.` of PostgreSQL. */
const KEY_DETAIL =
  /\(((?:[^()]|\([^()]{0,100}\)){1,200})\)=\(([^\n]{1,400}?)\)(?=\s(?:already|is|conflicts|refers)|[.,;]?(?:\s|$))/g;
/** Rows that a server quotes without their columns. */
const ROWS = /(failing row contains |duplicate key value is )\([^\n]{1,1000}?\)(?=[.,;]?(?:\s|$))/gi;
/** A value that is of no fit type. */
const MISFIT =
  /(invalid input (?:syntax|value) for [^:"]{1,60}: |(?:in|trunc)[a-z]{1,8} (?:\w{1,20} ){1,2}value: |with args beginning with: )(["'])[^\n]{1,200}?\2(?=[.,;)]?(?:\s|$))/gi;
/** MySQL tells the value first. */
const ENTRY = /(duplicate entry )'(?!\d{1,11}')[^\n]{0,500}?'( for key )/gi;
const TWO_NAMES =
  /"value"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.){1,500})"\s{0,9},\s{0,9}"(?:name|key)"\s{0,9}:\s{0,9}"([^"]{1,100})"/gi;

/** Hides what the messages of databases tell of rows, where the column is a secret one or not told. */
export function redactDetails(text: string, keys: SecretKeys): string {
  const isSecret = (key: string, value: string) => {
    const secrecy = keys.secrecy(key);
    return secrecy !== undefined && hides(secrecy, value, false);
  };
  return text
    .replace(KEY_DETAIL, (all, names: string, row: string) => {
      const columns = names.split(',');
      const values = row.split(/, ?/);
      if (columns.length !== values.length)
        return columns.some((key) => isSecret(key, row)) ? `(${names})=(${HIDDEN})` : all;
      return `(${names})=(${values.map((value, i) => (isSecret(columns[i] ?? '', value) ? HIDDEN : value)).join(', ')})`;
    })
    .replace(ROWS, `$1(${HIDDEN})`)
    .replace(MISFIT, `$1$2${HIDDEN}$2`)
    .replace(ENTRY, `$1'${HIDDEN}'$2`)
    .replace(TWO_NAMES, (all, value: string, key: string) =>
      isSecret(key, value) ? all.replace(value, () => HIDDEN) : all,
    );
}
