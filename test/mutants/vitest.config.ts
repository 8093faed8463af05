import { defineConfig } from 'vitest/config';

/** The tests that the mutants of a room must survive: those that `stryker.mjs` names. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/follow-faked-time.ts', 'test/support/property-seed.ts'],
    testTimeout: 60_000,
    // What takes seconds would take them for each mutant.
    testNamePattern: /^(?!.*(?:a million of them|an outage of 7 hours|about 4 MiB))/,
    include: (process.env.MUTANT_TESTS ?? '').split(';'),
  },
});
