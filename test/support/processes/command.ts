import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { REPO } from './built.ts';
import { type Child, type ChildOptions, type Ended, startNode } from './child.ts';

export const CLI = join(REPO, 'dist/cli.js');

/** Starts the built command. */
export function startCommand(args: readonly string[], options: Partial<ChildOptions> = {}): Child {
  const child = startNode([CLI, ...args], { cwd: REPO, ...options });
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

/** Runs the built command to its end. */
export function runCommand(args: readonly string[], options: Partial<ChildOptions> = {}): Promise<Ended> {
  return startCommand(args, options).ended;
}

/** One step of a check, as `--json` prints it. */
interface Step {
  readonly step: string;
  readonly verdict: 'good' | 'note' | 'warning' | 'bad';
  readonly text: string;
  readonly fix?: string;
  readonly details?: Record<string, unknown>;
}

/** What a check found. */
export interface Checked {
  readonly code: number | null;
  readonly ok: boolean;
  readonly findings: readonly Step[];
  readonly stdout: string;
  readonly stderr: string;
  /** The steps that are to be fixed, by name. */
  readonly bad: readonly Step[];
  step(name: string): Step | undefined;
}

/** What `check --json` finds, with more arguments and in an app's folder. */
export async function check(
  env: Readonly<Record<string, string>>,
  { cwd = appFolder(), args = [] }: { readonly cwd?: string; readonly args?: readonly string[] } = {},
): Promise<Checked> {
  const { code, stdout, stderr } = await runCommand(['check', '--json', ...args], { cwd, env });
  const { ok, findings } = parsed(stdout, stderr);
  return {
    code,
    ok,
    findings,
    stdout,
    stderr,
    bad: findings.filter(({ verdict }) => verdict === 'bad'),
    step: (name) => findings.find(({ step }) => step === name),
  };
}

function parsed(stdout: string, stderr: string): { ok: boolean; findings: Step[] } {
  try {
    return JSON.parse(stdout) as { ok: boolean; findings: Step[] };
  } catch {
    throw new Error(`no JSON: ${stdout}\n${stderr}`);
  }
}

/** The folder of an app that has this package and OpenTelemetry installed; removed after the test. */
export function appFolder(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(REPO, join(folder, 'node_modules/opentelemetry-stardust'));
  symlinkSync(join(REPO, 'node_modules/@opentelemetry'), join(folder, 'node_modules/@opentelemetry'));
  return folder;
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-command-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Puts a copy of the api, which says that it is of this version, into a folder of packages. */
export function copyApi(packages: string, version: string): void {
  const folder = join(packages, '@opentelemetry/api');
  cpSync(join(REPO, 'node_modules/@opentelemetry/api'), folder, { recursive: true });
  const edit = (file: string, from: RegExp, to: string) => {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  };
  edit('package.json', /"version": "[^"]+"/, `"version": "${version}"`);
  edit('build/src/version.js', /VERSION = '[^']+'/, `VERSION = '${version}'`);
}

/** An app's folder with a blank in its name, with a copy of this package and links to those others. */
export function appWithCopy(...packages: readonly string[]): { readonly cwd: string; readonly cli: string } {
  const cwd = join(emptyFolder(), 'my app');
  const installed = join(cwd, 'node_modules');
  const ours = join(installed, 'opentelemetry-stardust');
  mkdirSync(join(installed, '@opentelemetry'), { recursive: true });
  cpSync(join(REPO, 'dist'), join(ours, 'dist'), { recursive: true });
  cpSync(join(REPO, 'package.json'), join(ours, 'package.json'));
  for (const name of packages) symlinkSync(join(REPO, 'node_modules', name), join(installed, name));
  return { cwd, cli: join(ours, 'dist/cli.js') };
}

/**
 * An app's folder with an SDK of its own that brings its own copy of the api, of another version, sets a tracer provider
 * through it, and leaves this mark on the global object, as Sentry does. Started by `node app.js`, and by that only.
 */
export function appWithOtherSdk(mark: object): string {
  const cwd = emptyFolder();
  const sdk = join(cwd, 'node_modules/other-sdk');
  mkdirSync(join(sdk, 'node_modules'), { recursive: true });
  symlinkSync(join(REPO, 'node_modules/@opentelemetry'), join(cwd, 'node_modules/@opentelemetry'));
  copyApi(join(sdk, 'node_modules'), '1.9.0');
  writeFileSync(
    join(sdk, 'index.js'),
    `Object.assign(globalThis, ${JSON.stringify(mark)});
     const { trace, ProxyTracerProvider } = require('@opentelemetry/api');
     console.log(trace.setGlobalTracerProvider(new ProxyTracerProvider()) ? 'taken' : 'refused');`,
  );
  writeFileSync(join(cwd, 'app.js'), "require('other-sdk');");
  return cwd;
}
