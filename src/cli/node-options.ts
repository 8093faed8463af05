/** The option of Node that loads a file before the program. */
type Flag = '--import' | '--require';

/**
 * `NODE_OPTIONS` with one more file that is loaded first: to watch what is loaded, it must come before the others. A
 * file that is in the list already is not added again.
 */
export function withPreload(existing: string | undefined, flag: Flag, file: string): string {
  const option = `${flag} ${quoted(file)}`;
  const others = existing?.trim() ?? '';
  if (others.includes(option)) return others;
  return others === '' ? option : `${option} ${others}`;
}

/** Node splits the variable at blanks outside of quotes. Within quotes a backslash escapes the next character. */
function quoted(text: string): string {
  return /[\s"\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}
