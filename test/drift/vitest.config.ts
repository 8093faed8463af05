import { defineConfig } from 'vitest/config';

/** `npm run drift` fails where something has changed: look whether names still hold, then record anew. */
export default defineConfig({
  test: {
    include: ['test/drift/*.drift.ts'],
    root: `${import.meta.dirname}/../..`,
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
