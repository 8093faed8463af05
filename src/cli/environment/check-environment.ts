import type { Environment } from '../../config/environment.ts';
import { type Resolved, resolveSettings } from '../../config/resolve.ts';
import { identityOf } from '../../session/identity.ts';
import { transportsOf } from '../../transport/create-transports.ts';
import type { Transport } from '../../transport/transport.ts';
import { type Finding, note } from '../finding.ts';
import { say } from '../language.ts';
import { checkNetwork } from './check-network.ts';
import { checkTls, readCertificates } from './check-tls.ts';
import { checkVariables } from './check-variables.ts';
import { checkVersions } from './check-versions.ts';
import { ProtocolCheck } from './protocol-check.ts';
import { targetOf } from './target.ts';

/** Checks whether reports of an app in this folder, with these variables, would arrive. */
export async function* checkEnvironment(environment: Environment, folder: string): AsyncGenerator<Finding> {
  yield* checkVersions(folder);
  const resolved = resolveSettings({}, environment);
  yield* checkVariables(resolved, environment);
  const transports = transportsOf(resolved);
  for (const transport of transports) {
    const { server } = transport;
    const proxy = resolved.proxies.get(server);
    if (proxy !== undefined) yield note('address', say('byProxy', { server, proxy: proxy.origin }));
    else if (transports.length > 1) yield note('address', server);
    yield* checkServer(transport, resolved, environment);
  }
}

/** From the network to the report. The first step that fails is the last: the rest depends on it. */
async function* checkServer(
  transport: Transport,
  resolved: Resolved,
  environment: Environment,
): AsyncGenerator<Finding> {
  const { settings, proxies } = resolved;
  const { server } = transport;
  const proxy = proxies.get(server);
  try {
    const target =
      proxy === undefined
        ? targetOf(server, 'server', 'STARDUST_SERVER')
        : targetOf(proxy.origin, 'proxy', server.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    const network = await checkNetwork(target);
    yield network;
    if (network.verdict === 'bad') return;
    if (server.startsWith('https:')) {
      const secureContext = yield* readCertificates(resolved);
      if (proxy === undefined) {
        const tls = await checkTls(server, target, secureContext);
        yield tls;
        if (tls.verdict === 'bad') return;
      }
    }
    const identity = identityOf(settings, environment, undefined);
    if (identity === undefined) return;
    yield* new ProtocolCheck(settings, identity, { server, proxy, transport }).findings();
  } finally {
    transport.close();
  }
}
