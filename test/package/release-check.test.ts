import { describe, expect, it } from 'vitest';
import { faultsOf, type Release } from './release-check.mjs';

const GOOD: Release = {
  manifest: {
    version: '1.2.3',
    exports: { '.': './dist/index.js' },
    bin: { it: './dist/cli.js' },
    dependencies: { undici: '^7' },
    publishConfig: { access: 'public', provenance: true },
    repository: { url: 'git+https://github.com/owner/name.git' },
  },
  lock: { version: '1.2.3' },
  changelog: '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-28\n\n- something\n',
  files: ['package.json', 'dist/index.js', 'dist/cli.js'],
  components: ['undici'],
};

const withManifest = (more: object): Release => ({ ...GOOD, manifest: { ...GOOD.manifest, ...more } });

describe('the check before a release', () => {
  it('has nothing against a good one', () => expect(faultsOf(GOOD)).toEqual([]));

  it.each<[string, Release, RegExp]>([
    ['a version of two numbers', withManifest({ version: '1.2' }), /version 1\.2 is not x\.y\.z/],
    ['a lock of another version', { ...GOOD, lock: { version: '1.2.2' } }, /package-lock\.json has version/],
    [
      'no section in the changelog',
      { ...GOOD, changelog: '## [1.2.2] - 2026-11-01\n' },
      /write the heading "## \[1\.2\.3\] - YYYY-MM-DD"/,
    ],
    [
      'a section without a date',
      { ...GOOD, changelog: '## [1.2.3] - soon\n' },
      /must read "## \[1\.2\.3\] - YYYY-MM-DD"/,
    ],
    ['a section without a word', { ...GOOD, changelog: '## [1.2.3] - 2026-11-28\n' }, /nothing is written/],
    [
      'changes that no section has',
      { ...GOOD, changelog: `## [Unreleased]\n\n- more\n\n${GOOD.changelog}` },
      /move what is under \[Unreleased\]/,
    ],
    ['a file that is not packed', { ...GOOD, files: ['dist/index.js'] }, /dist\/cli\.js is named/],
    ['a source map', { ...GOOD, files: [...GOOD.files, 'dist/index.js.map'] }, /index\.js\.map/],
    ['no provenance', withManifest({ publishConfig: { access: 'public' } }), /provenance is not true/],
    ['no repository', withManifest({ repository: undefined }), /repository\.url/],
    ['an SBOM without a dependency', { ...GOOD, components: [] }, /does not name undici/],
  ])('refuses %s', (_, release, fault) => {
    expect(faultsOf(release)).toContainEqual(expect.stringMatching(fault));
  });
});
