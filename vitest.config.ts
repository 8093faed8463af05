import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/long-files-first.ts';

/** Tests without child processes, browsers or installs: `npm run test:fast`, for whoever edits. */
const FAST = ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'];

export default defineConfig({
  test: {
    setupFiles: [
      'test/support/own-modules.ts',
      'test/support/follow-faked-time.ts',
      'test/support/property-seed.ts',
    ],
    // For what hangs. A disk that drops the files of a former run takes half a minute for one fsync.
    testTimeout: 90_000,
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        extends: true,
        // Starting a process for each file would take a third of the time.
        test: { name: 'fast', include: FAST, isolate: false, maxWorkers: 2 },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.test.ts'],
          exclude: FAST,
          // These wait for processes and registries half of their time: three at a time on two cores, after the fast ones.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
