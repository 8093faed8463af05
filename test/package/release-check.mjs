// Whether this tree can be released. Run by `npm run release:check`, after the build and the checks of the types.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPO = fileURLToPath(new URL('../..', import.meta.url));

/** @type {import('./release-check.mjs').faultsOf} */
export function faultsOf({ manifest, lock, changelog, files, components }) {
  const { version, publishConfig = {}, repository, dependencies = {} } = manifest;
  const faults = [];
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)) faults.push(`version ${version} is not x.y.z`);
  if (lock.version !== version) faults.push(`package-lock.json has version ${lock.version}, not ${version}`);
  const sections = changelog.split(/^## /m).slice(1);
  const heading = `## [${version}] - YYYY-MM-DD`;
  const section = sections.find((each) => each.startsWith(`[${version}]`));
  if (section === undefined)
    faults.push(`CHANGELOG.md: below "## [Unreleased]", write the heading "${heading}" with today's date`);
  else if (!/^\S+ - \d{4}-\d\d-\d\d\n/.test(section))
    faults.push(`CHANGELOG.md: the heading of ${version} must read "${heading}"`);
  else if (!/\n- /.test(section)) faults.push(`CHANGELOG.md: nothing is written under ${version}`);
  const unreleased = sections.find((each) => each.startsWith('[Unreleased]'));
  if (section !== undefined && /\n- /.test(unreleased ?? ''))
    faults.push(`CHANGELOG.md: move what is under [Unreleased] to ${version}`);
  for (const path of pathsIn([manifest.exports, manifest.bin]))
    if (!files.includes(path)) faults.push(`${path} is named by package.json and is not packed`);
  const strange = files.filter((file) => /\.map$|^(?:src|test)\//.test(file));
  if (strange.length > 0) faults.push(`packed, but of no use there: ${strange.join(', ')}`);
  if (publishConfig.access !== 'public') faults.push('publishConfig.access is not "public"');
  if (publishConfig.provenance !== true) faults.push('publishConfig.provenance is not true');
  if (!/^git\+https:\/\/github\.com\/[^/]+\/[^/]+\.git$/.test(repository?.url ?? ''))
    faults.push('repository.url is not git+https://github.com/<owner>/<name>.git');
  const missing = Object.keys(dependencies).filter((name) => !components.includes(name));
  if (missing.length > 0) faults.push(`the SBOM does not name ${missing.join(', ')}`);
  return faults;
}

/** The files that fields of package.json name. */
function pathsIn(value) {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return Object.values(value ?? {}).flatMap(pathsIn);
}

function main() {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-release-'));
  const run = (cwd, args) => execFileSync('npm', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const json = (path) => JSON.parse(readFileSync(join(REPO, path), 'utf8'));
  const [packed] = JSON.parse(
    run(REPO, ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  // Of an app that has nothing else: here, what users get is mixed with what we develop with.
  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "version": "1.0.0", "private": true }');
  run(app, ['install', '--no-audit', '--no-fund', join('..', packed.filename)]);
  const sbom = run(app, ['sbom', '--sbom-format', 'cyclonedx']);
  writeFileSync(join(folder, 'sbom.cdx.json'), sbom);
  const faults = faultsOf({
    manifest: json('package.json'),
    lock: json('package-lock.json'),
    changelog: readFileSync(join(REPO, 'CHANGELOG.md'), 'utf8'),
    files: packed.files.map(({ path }) => path),
    components: JSON.parse(sbom).components.map(({ name }) => name),
  });
  for (const fault of faults) console.log(`  ✗ ${fault}`);
  console.log(`${packed.filename}, ${packed.unpackedSize} bytes unpacked, and its SBOM are in ${folder}`);
  if (faults.length === 0) console.log('  ✓ ready to be released');
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
