import { defineConfig } from 'vitest/config';

/** The tests that the mutants of a room must survive: those that `stryker.mjs` names. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/follow-faked-time.ts', 'test/support/property-seed.ts'],
    testTimeout: 60_000,
    include: (process.env.MUTANT_TESTS ?? '').split(';'),
  },
});
