import type { ApiCopy } from '../../diagnose/api.ts';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { partsOf } from '../environment/compare-versions.ts';
import { bad, type Finding, good, warning } from '../finding.ts';
import { say } from '../language.ts';

/** For several copies of the api: whether each sees what another has registered. */
export function severalCopies({ apiCopies, provider }: Diagnosis): Finding {
  const list = apiCopies.map(({ version, folder }) => say('copy', { version, folder })).join('\n');
  const text = say('copies', { n: apiCopies.length, list });
  const fix = say('copiesFix');
  const versions = new Set(apiCopies.map(({ version }) => version));
  const blind = apiCopies.filter((copy) => provider === undefined || !sees(copy, provider.apiVersion));
  if (versions.size === 1) return warning('api', text, fix);
  if (blind.length === 0) return warning('api', text, fix);
  const unseen = blind.map(({ version }) => version).join(', ');
  return bad('api', say('copiesBlind', { text, versions: unseen }), fix);
}

/** A copy uses only what an equal or later minor version has registered. */
function sees({ version }: ApiCopy, registered: string): boolean {
  return partsOf(version)[1] <= partsOf(registered)[1];
}

/** Whether instrumentations were registered before the libraries they patch were loaded. */
export function* libraryFindings({ isInstrumented, libraries }: Diagnosis): Generator<Finding> {
  if (!isInstrumented) {
    yield warning('libraries', say('noInstrumentation'), say('noInstrumentationFix'));
    return;
  }
  const missed = libraries.filter(({ isWatched }) => !isWatched);
  const early = missed.filter(({ by }) => by === 'require').map(({ name }) => name);
  const unhooked = missed.filter(({ by }) => by === 'import').map(({ name }) => name);
  if (early.length > 0) {
    yield bad('libraries', say('early', { names: early.join(', ') }), say('earlyFix'));
  }
  if (unhooked.length > 0) {
    yield bad('modules', say('unhooked', { names: unhooked.join(', ') }), say('unhookedFix'));
  }
  const seen = libraries.filter(({ isWatched }) => isWatched).map(({ name }) => name);
  if (seen.length > 0) yield good('libraries', say('seen', { names: seen.join(', ') }));
}
