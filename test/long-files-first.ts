import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The long test files, of the fast ones and of the others; the time of each is in vitest's report. The first of the fast ones
 * collects garbage again and again, which costs least while little is loaded. Of the others, those come first that suffer
 * most from what runs beside them, then those that start many processes.
 */
export const LONG_FILES = [
  'test/property/kept-texts.test.ts',
  'test/property/redact.test.ts',
  'test/property/long-texts.test.ts',
  'test/property/secrets-in-spans.test.ts',
  'test/unit/doc-blocks.test.ts',

  'test/page/page.test.ts',
  'test/integration/faults/faults.test.ts',
  'test/soak/soak.test.ts',
  'test/exit/exit.test.ts',
  'test/soak/outage.test.ts',
  'test/exit/many-processes.test.ts',
  'test/exit/host.test.ts',
  'test/package/containers.test.ts',
  'test/package/test-runners.test.ts',
  'test/register/endings.test.ts',
  'test/package/sentry.test.ts',
  'test/exit/disk.test.ts',
  'test/package/register.test.ts',
  'test/package/examples.test.ts',
  'test/integration/disk/failing-disk.test.ts',
  'test/package/readme.test.ts',
  'test/exit/children.test.ts',
  'test/demo/keep.test.ts',
];

/**
 * Starts the long files before the others, so that none is left to run alone at the end. Vitest does so by the times of an
 * earlier run; a clean checkout has none.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONG_FILES.indexOf(relative(this.ctx.config.root, moduleId));
      return index < 0 ? LONG_FILES.length : index;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}
