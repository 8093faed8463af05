import { defineConfig } from 'vitest/config';

/** The tests that mutants must survive: those of one process, run from the source, whose figures do not depend on real time. */
export default defineConfig({
  test: {
    setupFiles: ['test/support/follow-faked-time.ts', 'test/support/property-seed.ts'],
    testTimeout: 60_000,
    include: [
      'test/unit/**/*.test.ts',
      'test/property/**/*.test.ts',
      'test/integration/{chains,counting,failover,frameworks*,gateway,hooks,period,samples,session}.test.ts',
    ],
    // They read the source, the docs or the installed packages.
    exclude: ['test/unit/{documentation,layers,own-starts,what-is-not-seen,where-it-runs}.test.ts'],
  },
});
