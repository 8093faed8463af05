import type { ApiCopy } from '../../diagnose/api.ts';
import type { Diagnosis } from '../../diagnose/diagnosis.ts';
import { partsOf } from '../environment/compare-versions.ts';
import { bad, type Finding, good, warning } from '../finding.ts';

/** For several copies of the api: whether each sees what another has registered. */
export function severalCopies({ apiCopies, provider }: Diagnosis): Finding {
  const list = apiCopies.map(({ version, folder }) => `${version} in ${folder}`).join('\n');
  const text = `The app has loaded ${apiCopies.length} copies of @opentelemetry/api:\n${list}`;
  const fix = 'Keep one: npm ls @opentelemetry/api shows who depends on which, and npm dedupe helps.';
  const versions = new Set(apiCopies.map(({ version }) => version));
  const blind = apiCopies.filter((copy) => provider === undefined || !sees(copy, provider.apiVersion));
  if (versions.size === 1) return warning('api', text, fix);
  if (blind.length === 0) return warning('api', text, fix);
  return bad(
    'api',
    `${text}\nSpans made through ${blind.map(({ version }) => version).join(', ')} are not seen.`,
    fix,
  );
}

/** A copy uses only what an equal or later minor version has registered. */
function sees({ version }: ApiCopy, registered: string): boolean {
  return partsOf(version)[1] <= partsOf(registered)[1];
}

/** Whether instrumentations were registered before the libraries they patch were loaded. */
export function* libraryFindings({ isInstrumented, libraries }: Diagnosis): Generator<Finding> {
  if (!isInstrumented) {
    yield warning(
      'libraries',
      'No instrumentation is registered: only spans that the code itself starts are seen.',
      'Call registerInstrumentations with getNodeAutoInstrumentations(), as the README shows.',
    );
    return;
  }
  const missed = libraries.filter(({ isWatched }) => !isWatched);
  const early = missed.filter(({ by }) => by === 'require').map(({ name }) => name);
  const unhooked = missed.filter(({ by }) => by === 'import').map(({ name }) => name);
  if (early.length > 0) {
    yield bad(
      'libraries',
      `Loaded before OpenTelemetry, so their spans are missing: ${early.join(', ')}`,
      'Load OpenTelemetry first, before the app:\n  node --require ./instrument.cjs app.js',
    );
  }
  if (unhooked.length > 0) {
    yield bad(
      'modules',
      `Imported by an ES module without a hook, so their spans are missing: ${unhooked.join(', ')}`,
      'Register the hook before the app is loaded (README, ES modules):\n  node --import ./instrument.mjs app.mjs',
    );
  }
  const seen = libraries.filter(({ isWatched }) => isWatched).map(({ name }) => name);
  if (seen.length > 0) yield good('libraries', `loaded after OpenTelemetry: ${seen.join(', ')}`);
}
