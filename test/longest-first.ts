import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files of half a minute and more, the longest first. The time of each is in vitest's report. */
export const LONGEST = [
  'test/exit/host.test.ts',
  'test/package/test-runners.test.ts',
  'test/page/page.test.ts',
  'test/package/containers.test.ts',
  'test/package/sentry.test.ts',
  'test/integration/faults/faults.test.ts',
  'test/soak/soak.test.ts',
  'test/register/endings.test.ts',
  'test/package/examples.test.ts',
  'test/package/register.test.ts',
  'test/package/readme.test.ts',
  'test/exit/exit.test.ts',
  'test/soak/outage.test.ts',
  'test/exit/disk.test.ts',
  'test/integration/disk/failing-disk.test.ts',
  'test/exit/many-processes.test.ts',
];

/**
 * Starts the longest files first, so that none is left to run alone at the end. Vitest does so by the times of an
 * earlier run; a clean checkout has none.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return index < 0 ? LONGEST.length : index;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
