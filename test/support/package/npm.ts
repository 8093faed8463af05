import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { built, REPO } from '../processes/built.ts';
import { type Ended, runNode } from '../processes/child.ts';

const FIXTURES = join(REPO, 'test/package/fixtures');

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  /** The paths inside. */
  readonly files: readonly string[];
  readonly unpackedBytes: number;
}

/** What `npm pack --json` prints of a package. */
interface PackAnswer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
  readonly unpackedSize: number;
}

let packing: Promise<Packed> | undefined;

/** The package as it would be published; packed once per test file, which takes a second. */
export function packed(): Promise<Packed> {
  packing ??= pack();
  return packing;
}

async function pack(): Promise<Packed> {
  await built();
  const folder = temporaryFolder();
  const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], REPO);
  const [made] = JSON.parse(stdout) as PackAnswer[];
  if (made === undefined) throw new Error(`npm pack made nothing: ${stdout}`);
  return {
    tarball: join(folder, made.filename),
    files: made.files.map(({ path }) => path),
    unpackedBytes: made.unpackedSize,
  };
}

/** An app's folder: the fixtures, and packages installed the plain way, each array by a call of npm of its own. */
export async function appWith(node: string, ...installs: (readonly string[])[]): Promise<App> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  cpSync(FIXTURES, folder, { recursive: true });
  let stderr = '';
  for (const packages of installs) stderr += (await npm(['install', ...packages], folder, node)).stderr;
  return { folder, node, stderr };
}

/** An app's folder with packages in it. */
export interface App {
  readonly folder: string;
  readonly node: string;
  /** What npm had to say. */
  readonly stderr: string;
}

/** How many copies of a package there are in an app's folder. */
export function copiesOf(name: string, { folder }: App): number {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as { packages: object };
  return Object.keys(lock.packages).filter((path) => path.endsWith(`node_modules/${name}`)).length;
}

/** Node of that major version, from the registry: the package holds the program itself. */
export async function nodeOfMajor(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = temporaryFolder();
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  await npm(['install', `${name}@${major}`], folder);
  return join(folder, 'node_modules', name, 'bin/node');
}

/** Whether npm finds the tree of packages whole and every peer satisfied. */
export async function isSound({ folder, node }: App): Promise<boolean> {
  return (await call(['ls', '--all'], folder, node)).code === 0;
}

async function npm(args: readonly string[], cwd: string, node?: string): Promise<Ended> {
  const ended = await call([...args, '--no-audit', '--no-fund'], cwd, node);
  if (ended.code !== 0) throw new Error(`npm ${args.join(' ')}: ${ended.stderr}`);
  return ended;
}

/** A registry, or a machine, may be slow. */
const PATIENCE_MS = 240_000;

let cli: string | undefined;

function call(args: readonly string[], cwd: string, node = process.execPath): Promise<Ended> {
  cli ??= join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm/bin/npm-cli.js');
  return runNode([cli, ...args], { cwd, node, env: inherited(), lifetimeMs: PATIENCE_MS });
}

/** The machine's own settings for npm, without those of the npm that runs these tests. */
function inherited(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_)|^npm_config_local_prefix$/.test(name),
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-package-'));
  temporary.push(folder);
  return folder;
}

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
}, 120_000);
