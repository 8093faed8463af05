import { defineConfig } from 'vitest/config';

/** The tests that run in one process and from the source: what a mutant changes is what they test. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/follow-faked-time.ts'],
    testTimeout: 30_000,
    include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts', 'test/integration/**/*.test.ts'],
    exclude: [
      // They read the source as text, which mutants change everywhere.
      'test/unit/layers.test.ts',
      'test/unit/own-starts.test.ts',
      'test/unit/documentation.test.ts',
      // They run for long, or start processes from the built package.
      'test/integration/faults/**',
      'test/integration/quiet.test.ts',
      'test/integration/race.test.ts',
      'test/integration/disk*/**',
      'test/integration/disk-backlog.test.ts',
      'test/integration/{tls,proxy,dev-page}.test.ts',
    ],
  },
});
