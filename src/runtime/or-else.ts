/**
 * The result of work, or this one if it fails. Promises of this package are awaited and not chained: `then`, `catch` and
 * `Promise.all` are the application's to replace, and a promise that was not chained in time ends the process.
 */
export async function orElse<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch {
    return otherwise;
  }
}
