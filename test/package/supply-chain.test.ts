import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPO } from '../support/processes/built.ts';

/** Of a package.json, as far as it tells what is installed with it. */
interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

it('installs with it what the docs list, under the licences they name, and nothing else', () => {
  const installed = closureOf().map(({ name, license }) => `${name}: ${license}`);
  const table = readFileSync(join(REPO, 'docs/supply-chain.md'), 'utf8');
  const listed = [...table.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(
    (row) => `${row[1]}: ${row[2]?.trim()}`,
  );
  expect(installed.length).toBeGreaterThan(3);
  expect(listed.toSorted()).toEqual(installed.toSorted());
});

/** This package and all that comes with it; npm lays a single copy of each at the root. */
function closureOf(): Manifest[] {
  const found = new Map<string, Manifest>();
  const waiting = [REPO];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    if (found.has(manifest.name)) continue;
    found.set(manifest.name, manifest);
    const peers = Object.keys(manifest.peerDependencies ?? {});
    const needed = peers.filter((peer) => manifest.peerDependenciesMeta?.[peer]?.optional !== true);
    const others = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const name of [...Object.keys(others), ...needed]) waiting.push(join(REPO, 'node_modules', name));
  }
  return [...found.values()];
}
