import { defineConfig } from 'vitest/config';
import { TableReporter } from './reporter.ts';

const writes = process.env.WRITE_COMPATIBILITY !== undefined;

/** The whole matrix takes an hour, so `npm test` runs only a slice of it (test/package). */
export default defineConfig({
  test: {
    include: ['test/matrix/*.matrix.ts'],
    root: `${import.meta.dirname}/../..`,
    // Programs have their times: one after the other.
    fileParallelism: false,
    reporters: ['verbose', ...(writes ? [new TableReporter()] : [])],
  },
});
