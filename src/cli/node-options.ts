/** What a file is put before a program's own with. */
type Flag = '--import' | '--require';

/**
 * `NODE_OPTIONS` with one more file loaded before the program, and before what was there already: whoever watches
 * what is loaded has to come first. Where it is there already, nothing changes.
 */
export function withPreload(existing: string | undefined, flag: Flag, file: string): string {
  const option = `${flag} ${quoted(file)}`;
  const others = existing?.trim() ?? '';
  if (others.includes(option)) return others;
  return others === '' ? option : `${option} ${others}`;
}

/** Node splits the variable at blanks, but for those between quotes; in these, a backslash takes the next as it is. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
