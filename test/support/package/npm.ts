import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { built, REPO } from '../processes/built.ts';
import { type Ended, runNode } from '../processes/child.ts';
import { cached, linkFiles } from './cache.ts';

const OURS = 'opentelemetry-stardust';
const FIXTURES = join(REPO, 'test/package/fixtures');

/** What `npm pack` made. */
export interface Packed {
  readonly tarball: string;
  /** The paths inside. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** What `npm pack --json` prints of a package. */
interface PackAnswer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
  readonly size: number;
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
    packedBytes: made.size,
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

/** Node of that version, such as `24` or `20.18.1`, from the registry: the package holds the program itself. */
export async function nodeOf(version: string): Promise<string> {
  if (`${process.versions.node}.`.startsWith(`${version}.`)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = await cached(`${name}-${version}`, async (empty) => {
    writeFileSync(join(empty, 'package.json'), JSON.stringify({ private: true }));
    await npm(['install', `${name}@${version}`], empty);
  });
  return join(folder, 'node_modules', name, 'bin/node');
}

/** The newest version of a package, as the registry knows it now. */
export async function newestOf(name: string): Promise<string> {
  return (await npm(['view', name, 'version'], REPO)).stdout.trim();
}

/** The folder of the newest version of a package that is a program, installed for that Node. */
export async function installedTool(name: string, node: string): Promise<string> {
  const folder = await cached(name.replace('/', '+'), async (empty) => {
    writeFileSync(join(empty, 'package.json'), JSON.stringify({ private: true }));
    await npm(['install', name], empty, node);
  });
  return join(folder, 'node_modules', name);
}

/**
 * An app's folder with these packages and ours. The packages are installed once and kept for later runs, with a
 * package in the place of ours that has nothing but its `package.json`; ours is unpacked over it.
 *
 * @param dependencies Names and ranges, as in a `package.json`; `overrides` too.
 */
export async function appOf(
  node: string,
  dependencies: Readonly<Record<string, string>>,
  overrides?: Readonly<Record<string, string>>,
): Promise<App> {
  const { tarball } = await packed();
  const installed = await installedWith(node, { dependencies, overrides });
  const folder = temporaryFolder();
  linkFiles(join(installed, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(installed, 'package.json'), join(folder, 'package.json'));
  const ours = join(folder, 'node_modules', OURS);
  rmSync(ours, { recursive: true });
  mkdirSync(ours);
  execFileSync('tar', ['-xzf', tarball, '-C', ours, '--strip-components=1']);
  return { folder, node, stderr: readFileSync(join(installed, 'stderr.txt'), 'utf8') };
}

async function installedWith(
  node: string,
  { dependencies, ...rest }: Pick<Manifest, 'dependencies'> & { readonly overrides: object | undefined },
): Promise<string> {
  const { version, dependencies: own, peerDependencies, peerDependenciesMeta } = manifestOf(REPO);
  const ours = { name: OURS, version, dependencies: own, peerDependencies, peerDependenciesMeta };
  const app = { private: true, dependencies: { ...dependencies, [OURS]: 'file:./ours' }, ...rest };
  const release = (await runNode(['--version'], { cwd: REPO, node })).stdout.trim();
  const hash = createHash('sha256')
    .update(JSON.stringify([app, ours]))
    .digest('hex')
    .slice(0, 16);
  return cached(`${release}-${hash}`, async (empty) => {
    mkdirSync(join(empty, 'ours'));
    writeFileSync(join(empty, 'ours/package.json'), JSON.stringify(ours));
    writeFileSync(join(empty, 'package.json'), JSON.stringify(app));
    // Not `--prefer-offline`: with what it remembers of a registry, npm leaves out optional packages that are newer.
    const { stderr } = await npm(['install'], empty, node);
    const { code } = await call(['ls', '--all'], empty, node);
    writeFileSync(join(empty, 'stderr.txt'), code === 0 ? stderr : `${stderr}\npeers are not satisfied`);
  });
}

/** Writes the `package-lock.json` of an app's folder, and installs nothing. */
export async function lockFile(folder: string): Promise<void> {
  await npm(['install', '--package-lock-only', '--prefer-offline'], folder);
}

/** What a package in an app's folder says of itself. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: object;
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
  return runNode([cli, ...args], { cwd, node, env: machineEnvironment(), lifetimeMs: PATIENCE_MS });
}

/** The machine's own settings for package managers, without those of the npm that runs these tests. */
export function machineEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?!config_)|^npm_config_local_prefix$/.test(name),
  );
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** A folder that is removed after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-package-'));
  temporary.push(folder);
  return folder;
}

const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
}, 120_000);
