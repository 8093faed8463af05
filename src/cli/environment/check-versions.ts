import { fileURLToPath } from 'node:url';
import { installCommand } from '../../register/packages.ts';
import { bad, type Finding, good, warning } from '../finding.ts';
import { say } from '../language.ts';
import { isAtLeast, partsOf } from './compare-versions.ts';
import { findPackage, type Installed, readPackage } from './packages.ts';

const OURS = 'opentelemetry-stardust';
const API = '@opentelemetry/api';
const OLDEST_NODE = '20.18.1';
/** Any one of these is an SDK that makes spans. */
const SDKS = ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-trace-node'];
const OTHERS = [
  '@opentelemetry/sdk-node',
  '@opentelemetry/instrumentation',
  '@opentelemetry/auto-instrumentations-node',
];
/** What to install beside each line of the SDK. */
const API_OF_LINE: Readonly<Record<number, string>> = { 2: `${API}@1.9`, 3: `${API}@1.10` };
const INSTALL_2 = `  ${installCommand('1.9', process.versions.node)}`;

/** Checks the versions of Node and of the OpenTelemetry packages in the app's folder. */
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
  return bad('node', say('nodeOld', { version }), say('nodeOldFix', { version: OLDEST_NODE }));
}

function ourVersion(installed: Installed | undefined, running: Installed, folder: string): Finding {
  if (installed === undefined) {
    return warning('package', say('notInstalled', { name: OURS, folder }), say('installIt', { name: OURS }));
  }
  if (installed.folder === running.folder) return good('package', `${OURS} ${installed.version}`);
  return warning(
    'package',
    say('otherVersion', {
      name: OURS,
      version: installed.version,
      ours: running.version,
      folder: running.folder,
    }),
    say('otherVersionFix'),
  );
}

function* apiVersion(api: Installed | undefined, ours: Installed | undefined): Generator<Finding> {
  if (api === undefined) {
    yield bad('api', say('noApi', { name: API }), say('installOtel', { command: INSTALL_2 }));
    return;
  }
  const [major, minor] = partsOf(api.version);
  if (major !== 1 || minor < 9 || minor > 10) {
    yield bad('api', say('apiUnsupported', { name: API, version: api.version }), say('apiUnsupportedFix'));
    return;
  }
  const other = ours === undefined ? undefined : findPackage(API, ours.folder);
  if (other === undefined || other.folder === api.folder) {
    yield good('api', say('apiSame', { name: API, version: api.version, ours: OURS }));
    return;
  }
  const fix = say('apiCopiesFix', { name: API });
  const copies = say('apiCopiesList', {
    version: api.version,
    folder: api.folder,
    ourVersion: other.version,
    ourFolder: other.folder,
  });
  yield api.version === other.version
    ? warning('api', say('apiCopies', { name: API, copies }), fix)
    : bad('api', say('apiCopiesBlind', { name: API, copies }), fix);
}

function* sdkVersions(folder: string, api: Installed | undefined): Generator<Finding> {
  const find = (name: string) => findPackage(name, folder) ?? [];
  const sdks = SDKS.flatMap(find);
  // sdk-node has an SDK of its own, which the app cannot always resolve.
  const node = OTHERS.slice(0, 1).flatMap(find);
  const [sdk] = sdks;
  if (sdk === undefined && node.length === 0) {
    yield bad('sdk', say('noSdk'), say('noSdkFix', { command: INSTALL_2 }));
    return;
  }
  const all = [...sdks, ...OTHERS.flatMap(find)].map(({ name, version }) => `${name} ${version}`);
  const text = all.join(', ').replaceAll('@opentelemetry/', '');
  const line = sdk === undefined ? undefined : partsOf(sdk.version)[0];
  if (line !== undefined && line < 2) {
    yield bad('sdk', say('sdkOld', { line, text }), say('sdkOldFix', { command: INSTALL_2 }));
    return;
  }
  const wanted = line === undefined ? undefined : API_OF_LINE[line];
  if (!api || !line || !wanted || isAtLeast(api.version, '1.10.0') === (line === 3)) {
    yield good('sdk', say(line === 2 ? 'sdkLine2' : 'sdk', { text }));
    return;
  }
  const { version } = api;
  yield bad('sdk', say('sdkApi', { line, name: API, version, text }), say('installThis', { name: wanted }));
}
