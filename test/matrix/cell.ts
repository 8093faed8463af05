import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { type App, manifestOf } from '../support/package/npm.ts';
import { runNode } from '../support/processes/child.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What a cell was tried with, for the page. */
    versions?: string;
  }
}

/** Keeps with a cell what it was tried with. */
export function noteVersions(task: TestContext['task'], versions: string): void {
  task.meta.versions = versions;
}

/** The versions of Node, of OpenTelemetry's SDK and of those packages in an app's folder. */
export async function versionsIn({ folder, node }: App, ...packages: string[]): Promise<string> {
  const { stdout } = await runNode(['--version'], { cwd: folder, node });
  const versions = ['@opentelemetry/sdk-node', ...packages].map(
    (name) =>
      `${name.replace('@opentelemetry/', '')} ${manifestOf(join(folder, 'node_modules', name)).version}`,
  );
  return [`Node ${stdout.trim().slice(1)}`, ...versions].join(', ');
}
