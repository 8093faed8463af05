import type { SecureContext } from 'node:tls';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import type { Environment } from '../../config/environment.ts';
import { type Resolved, resolveSettings } from '../../config/resolve.ts';
import { identityOf } from '../../session/identity.ts';
import { transportsOf } from '../../transport/create-transports.ts';
import { Credentials } from '../../transport/credentials.ts';
import type { Transport } from '../../transport/transport.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { checkVariables } from './check-variables.ts';
import { checkVersions } from './check-versions.ts';
import { certificateFix } from './not-stardust.ts';
import { ProtocolCheck } from './protocol-check.ts';
import { checkReach, shakeHands, type Target, targetOf } from './reach.ts';

/** Checks whether reports of an app in this folder, with these variables, would arrive. */
export async function* checkEnvironment(environment: Environment, folder: string): AsyncGenerator<Finding> {
  yield* checkVersions(folder);
  const resolved = resolveSettings({}, environment);
  yield* checkVariables(resolved, environment);
  for (const transport of transportsOf(resolved)) yield* checkServer(transport, resolved, environment);
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
    yield note('address', proxy === undefined ? server : `${server}, by the proxy ${proxy.origin}`);
    const target =
      proxy === undefined
        ? targetOf(server, 'the server', 'STARDUST_SERVER')
        : targetOf(proxy.origin, 'the proxy', server.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    const reach = await checkReach(target);
    yield reach;
    if (reach.verdict === 'bad') return;
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

/** Reads the certificate files as the app does. Faults in them are logged, so the log is captured here. */
async function* readCertificates({ settings }: Resolved): AsyncGenerator<Finding, SecureContext | undefined> {
  const logged: string[] = [];
  const ignore = () => {};
  const warn = (_: string, text: unknown) => void logged.push(String(text));
  diag.setLogger({ error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  try {
    return await new Credentials(settings).context();
  } catch (error) {
    logged.push(`the certificates cannot be used: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    diag.disable();
    for (const text of logged) yield warning('tls', text, 'Set a PEM file that the app can read.');
  }
}

async function checkTls(
  server: string,
  target: Target,
  secureContext: SecureContext | undefined,
): Promise<Finding> {
  const shown = await shakeHands(target, secureContext);
  if (shown.kind === 'done') {
    return good('tls', `${shown.protocol}, certificate for ${shown.subject} until ${shown.validTo}`);
  }
  if (shown.kind === 'not trusted') {
    const { code, subject, issuer } = shown;
    const text = `The certificate for ${subject}, signed by ${issuer}, is not trusted: ${code}`;
    return bad(
      'tls',
      text,
      certificateFix(code) ?? 'Install a certificate on the server that this machine trusts.',
    );
  }
  if (/WRONG_VERSION|PACKET_LENGTH|EPROTO|ECONNRESET/.test(shown.code)) {
    return bad(
      'tls',
      `${server} does not speak https (${shown.code}).`,
      `Set STARDUST_SERVER=${server.replace('https:', 'http:')}`,
    );
  }
  return bad(
    'tls',
    `${server} does not complete the TLS handshake: ${shown.code}`,
    'Is it an https server that listens there?',
  );
}
