import type { ExceptionText } from '../span/error-text.ts';

/**
 * Whether two spans recorded one thrown error. Drivers leave the type out or put a code in its place, and query
 * builders put their statement before the driver's message, or in its place.
 */
export function isSameError(a: ExceptionText, b: ExceptionText): boolean {
  if (quotes(a, b) || quotes(b, a)) return true;
  if (a.type !== b.type && a.type !== '' && b.type !== '') return false;
  return (
    a.message === b.message ||
    (a.message !== '' && b.message.endsWith(a.message)) ||
    (b.message !== '' && a.message.endsWith(b.message))
  );
}

function quotes({ message }: ExceptionText, { statement }: ExceptionText): boolean {
  return statement !== '' && message.includes(statement);
}
