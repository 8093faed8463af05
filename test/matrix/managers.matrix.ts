import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  installedTool,
  machineEnvironment,
  nodeOf,
  type Packed,
  packed,
  temporaryFolder,
} from '../support/package/npm.ts';
import { REPO } from '../support/processes/built.ts';
import { runNode } from '../support/processes/child.ts';
import { expectAllCounted, expectQuiet, runApp } from '../support/processes/run-app.ts';
import { noteVersions } from './cell.ts';
import { EXPRESS, LINES, MANAGERS } from './legs.ts';

const NAMES = Object.keys(MANAGERS) as (keyof typeof MANAGERS)[];
const CELLS = NAMES.flatMap((manager) => [
  [`manager ${manager} import`, { manager, by: 'import', program: 'express.mjs' }] as const,
  [`manager ${manager} require`, { manager, by: 'require', program: 'express.cjs' }] as const,
]);

test.for(CELLS)('%s', { timeout: 600_000 }, async ([, { manager, by, program }], context) => {
  const node = await nodeOf('24');
  const { cli, files } = MANAGERS[manager];
  const tool = await installedTool(cli.package, node);
  const { folder, launcher } = await installedBy([join(tool, cli.file)], files, node, await packed());
  noteVersions(context.task, await versionOf([join(tool, cli.file)], folder, node));

  const { ended, received } = await runApp({
    folder,
    node,
    launcher: manager === 'yarn-pnp' ? launcher : [],
    preload: `--${by}`,
    program,
    // A launcher does not pass signals on.
    ending: 'natural',
  });
  expect(ended).toMatchObject({ code: 0, signal: null });
  expectQuiet(ended);
  expectAllCounted(received);
});

/** A folder with an app whose packages a manager has installed, ours from its tarball. */
async function installedBy(
  command: readonly string[],
  files: Readonly<Record<string, string>>,
  node: string,
  { tarball }: Packed,
): Promise<{ folder: string; launcher: string[] }> {
  const folder = temporaryFolder();
  const dependencies = { ...EXPRESS, ...LINES.otel3, 'opentelemetry-stardust': `file:${tarball}` };
  const manifest = { name: 'app', version: '1.0.0', private: true, dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  cpSync(join(REPO, 'test/matrix/apps'), folder, { recursive: true });
  const env = { ...machineEnvironment(), CI: '' };
  const ended = await runNode([...command, 'install'], { cwd: folder, node, env, lifetimeMs: 300_000 });
  expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
  expect(`${ended.stdout}${ended.stderr}`).not.toMatch(
    /ERESOLVE|(?:peer|YN0002|YN0060).*opentelemetry-stardust/i,
  );
  return { folder, launcher: [...command, 'node'] };
}

async function versionOf(command: readonly string[], cwd: string, node: string): Promise<string> {
  const manager = await runNode([...command, '--version'], { cwd, node });
  const { stdout } = await runNode(['--version'], { cwd, node });
  return `Node ${stdout.trim().slice(1)}, ${command.at(-1)?.includes('yarn') ? 'Yarn' : 'version'} ${manager.stdout.trim()}`;
}
