import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { type Finding, warning } from '../finding.ts';
import { say } from '../language.ts';
import { UNSEEN_PACKAGES, type UnseenPackage } from './unseen-packages.ts';

/** The frameworks and drivers that an app depends on, and whose routes or calls do not come, each with its fix. */
export function* unseenFindings({ script, hasRouteHooks }: Diagnosis): Generator<Finding> {
  const dependencies = script === undefined ? [] : dependenciesAbove(dirname(script));
  for (const name of dependencies) {
    const unseen = unseenPackage(name);
    if (unseen === undefined || (unseen.hooked && hasRouteHooks)) continue;
    if (unseen.seenWith?.some((other) => dependencies.includes(other))) continue;
    yield warning(
      'frameworks',
      say(unseen.what, { name }),
      capitalised(`${fixOf(unseen)}\n${say('frameworks')}`),
    );
  }
}

function unseenPackage(name: string): UnseenPackage | undefined {
  return Object.hasOwn(UNSEEN_PACKAGES, name) ? UNSEEN_PACKAGES[name] : undefined;
}

function fixOf({ line, otherwise }: UnseenPackage): string {
  const ways = [
    line && say('lineOf', { line: line.code, name: line.package }),
    otherwise && say(otherwise, { command: '  npx opentelemetry-stardust run -- <command>' }),
  ];
  return ways.filter(Boolean).join(say('orElse'));
}

interface Manifest {
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/** The dependencies in the nearest manifest, from a folder upwards. */
function dependenciesAbove(folder: string): readonly string[] {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) return dependenciesIn(file);
    if (at === dirname(at)) return [];
  }
}

function dependenciesIn(file: string): readonly string[] {
  try {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    const bundled = Object.keys(devDependencies).filter((name) => unseenPackage(name)?.bundled);
    return [...Object.keys(dependencies), ...bundled];
  } catch {
    return [];
  }
}

function capitalised(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
