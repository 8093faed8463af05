import { fileURLToPath } from 'node:url';
import { bad, type Finding, good, warning } from '../finding.ts';
import { findPackage, type Installed, isAtLeast, partsOf, readPackage } from './packages.ts';

const OURS = 'opentelemetry-stardust';
const API = '@opentelemetry/api';
const OLDEST_NODE = '20.18.1';
/** Any of these is an SDK that makes spans. */
const SDKS = ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace-node'];
const OTHERS = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/instrumentation',
  '@opentelemetry/auto-instrumentations-node',
];
const INSTALL_2 =
  '  npm install @opentelemetry/api@1.9 @opentelemetry/sdk-trace-node@2 \\\n    @opentelemetry/auto-instrumentations-node@0.81';

/** Versions of Node and of what the app's folder holds of OpenTelemetry. */
export function* checkVersions(folder: string): Generator<Finding> {
  yield nodeVersion(process.versions.node);
  const installed = findPackage(OURS, folder);
  const running = readPackage(fileURLToPath(new URL('..', import.meta.url)));
  if (running !== undefined) yield ourVersion(installed, running, folder);
  const ours = installed ?? running;
  const api = findPackage(API, folder);
  yield* apiVersion(api, ours);
  yield* sdkVersions(folder, api);
}

function nodeVersion(version: string): Finding {
  if (isAtLeast(version, OLDEST_NODE)) return good('node', `Node.js ${version}`);
  return bad('node', `Node.js ${version} is too old.`, `Use ${OLDEST_NODE} or a later one.`);
}

function ourVersion(installed: Installed | undefined, running: Installed, folder: string): Finding {
  if (installed === undefined) {
    return warning('package', `${OURS} is not installed in ${folder}`, `Install it: npm install ${OURS}`);
  }
  if (installed.folder === running.folder) return good('package', `${OURS} ${installed.version}`);
  return warning(
    'package',
    `The app has ${OURS} ${installed.version}; this check is ${running.version} from ${running.folder}`,
    "Run the app's own: npx opentelemetry-stardust check in its folder.",
  );
}

function* apiVersion(api: Installed | undefined, ours: Installed | undefined): Generator<Finding> {
  if (api === undefined) {
    yield bad('api', `${API} is not installed.`, `Install OpenTelemetry:\n${INSTALL_2}`);
    return;
  }
  const [major, minor] = partsOf(api.version);
  if (major !== 1 || minor < 9 || minor > 10) {
    yield bad('api', `${API} ${api.version} does not fit.`, 'Install 1.9, or 1.10 with OpenTelemetry 3.');
    return;
  }
  const other = ours === undefined ? undefined : findPackage(API, ours.folder);
  if (other === undefined || other.folder === api.folder) {
    yield good('api', `${API} ${api.version}, the same for the app and for ${OURS}`);
    return;
  }
  const mend = `Make it one: install one version of ${API} in the app, then\n  npm dedupe`;
  const copies = `the app's ${api.version} in ${api.folder}, ours ${other.version} in ${other.folder}`;
  yield api.version === other.version
    ? warning('api', `There are two copies of ${API}: ${copies}`, mend)
    : bad('api', `There are two copies of ${API}, and neither sees the other's spans: ${copies}`, mend);
}

function* sdkVersions(folder: string, api: Installed | undefined): Generator<Finding> {
  const find = (name: string) => findPackage(name, folder) ?? [];
  const sdks = SDKS.flatMap(find);
  // sdk-node brings its own, which need not be in reach of the app.
  const node = OTHERS.slice(0, 1).flatMap(find);
  const [sdk] = sdks;
  if (sdk === undefined && node.length === 0) {
    yield bad('sdk', 'No SDK of OpenTelemetry is installed.', `Install one:\n${INSTALL_2}`);
    return;
  }
  const all = [...sdks, ...OTHERS.flatMap(find)].map(({ name, version }) => `${name} ${version}`);
  const text = all.join(', ').replaceAll('@opentelemetry/', '');
  const line = sdk === undefined ? undefined : partsOf(sdk.version)[0];
  if (line !== undefined && line < 2) {
    yield bad('sdk', `OpenTelemetry ${line} is too old: ${text}`, `Install OpenTelemetry 2:\n${INSTALL_2}`);
  } else if (api !== undefined && line !== undefined && line === 2 && partsOf(api.version)[1] > 9) {
    yield bad('sdk', `OpenTelemetry 2 does not go with ${API} ${api.version}: ${text}`, `Install ${API}@1.9`);
  } else if (api !== undefined && line !== undefined && line === 3 && partsOf(api.version)[1] < 10) {
    yield bad(
      'sdk',
      `OpenTelemetry 3 does not go with ${API} ${api.version}: ${text}`,
      `Install ${API}@1.10`,
    );
  } else {
    yield good('sdk', `OpenTelemetry: ${text}`);
  }
}
