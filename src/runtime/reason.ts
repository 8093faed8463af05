const REASON_UNITS = 200;

interface ErrorLike {
  readonly name?: unknown;
  readonly message: string;
  readonly stack?: unknown;
}

/**
 * An error in a few words on one line, beginning with its code, else its name. Takes anything that can be thrown,
 * also an error of another realm, or one whose own text throws.
 */
export function reasonOf(error: unknown): string {
  try {
    const words = isErrorLike(error) ? wordsOf(error) : String(error);
    return words.replace(/\s+/g, ' ').trim().slice(0, REASON_UNITS);
  } catch {
    return 'an unknown error';
  }
}

/** An error with its stack, if it can be read. */
export function stackOf(error: unknown): string {
  try {
    return isErrorLike(error) && typeof error.stack === 'string' ? error.stack : reasonOf(error);
  } catch {
    return reasonOf(error);
  }
}

/** An error's code, as Node and undici give it. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function wordsOf(error: ErrorLike): string {
  const head = codeOf(error) ?? String(error.name);
  return error.message === '' ? head : `${head}: ${error.message}`;
}

/** Not `instanceof`: a test runner gives each file an `Error` of its own. */
function isErrorLike(error: unknown): error is ErrorLike {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}
