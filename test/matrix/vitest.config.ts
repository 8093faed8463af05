import { defineConfig } from 'vitest/config';

/** The whole matrix takes minutes, so `npm test` runs only a leg of it (test/package/register.test.ts). */
export default defineConfig({
  test: { include: ['test/matrix/*.matrix.ts'], root: `${import.meta.dirname}/../..` },
});
