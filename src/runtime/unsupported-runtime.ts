/**
 * The runtime, if it is one on which nothing can be delivered. Bun puts a module of its own in the place of undici, and
 * that one cannot make our calls.
 */
export const unsupportedRuntime = process.versions.bun === undefined ? undefined : 'Bun';
