import { defineConfig } from 'vitest/config';

/** Tests without child processes, browsers or installs: `npm run test:fast`, for whoever edits. */
const FAST = ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'];

export default defineConfig({
  test: {
    setupFiles: ['test/support/follow-faked-time.ts', 'test/support/property-seed.ts'],
    testTimeout: 30_000,
    // Most of the slow ones wait for processes: two at a time on two cores.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'fast', include: FAST } },
      { extends: true, test: { name: 'slow', include: ['test/**/*.test.ts'], exclude: FAST } },
    ],
  },
});
