import { type Environment, resolveSettings } from '../../config/resolve.ts';
import type { Settings } from '../../config/settings.ts';
import { identityOf } from '../../identity.ts';
import type { Identity } from '../../wire/login.ts';
import { bad, type Finding, good, note } from '../finding.ts';
import { Conversation } from './conversation.ts';
import { checkReach, shakeHands, type Target, targetOf } from './reach.ts';
import { mendForCertificate } from './stranger.ts';
import { checkVariables } from './variables.ts';
import { checkVersions } from './versions.ts';
import { wayTo } from './way.ts';

/** Looks whether reports of an app in this folder, with these variables, would arrive. */
export async function* checkEnvironment(environment: Environment, folder: string): AsyncGenerator<Finding> {
  yield* checkVersions(folder);
  const resolved = resolveSettings({}, environment);
  yield* checkVariables(resolved, environment);
  const { settings } = resolved;
  const identity = identityOf(settings, environment, undefined);
  for (const server of settings.server ?? []) yield* checkServer(server, settings, identity);
}

/** From the outside in; the first step that fails is the last, since what comes after would fail by it. */
async function* checkServer(
  server: string,
  settings: Settings,
  identity: Identity | undefined,
): AsyncGenerator<Finding> {
  const way = wayTo(server, settings);
  try {
    const { proxy } = way;
    yield note('address', proxy === undefined ? server : `${server} by the proxy ${proxy.origin}`);
    const target =
      proxy === undefined
        ? targetOf(server, 'the server', 'STARDUST_SERVER')
        : targetOf(proxy.origin, 'the proxy', server.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    const reach = await checkReach(target);
    yield reach;
    if (reach.verdict === 'bad') return;
    if (proxy === undefined && server.startsWith('https:')) {
      const tls = await checkTls(server, target);
      yield tls;
      if (tls.verdict === 'bad') return;
    }
    if (identity !== undefined) yield* new Conversation(settings, identity, way).findings();
  } finally {
    way.transport.close();
  }
}

async function checkTls(server: string, target: Target): Promise<Finding> {
  const shown = await shakeHands(target, undefined);
  if (shown.kind === 'done') {
    return good('tls', `${shown.protocol}, certificate for ${shown.subject} until ${shown.validTo}`);
  }
  if (shown.kind === 'not trusted') {
    const { code, subject, issuer } = shown;
    const text = `The certificate for ${subject}, signed by ${issuer}, is not trusted: ${code}`;
    return bad(
      'tls',
      text,
      mendForCertificate(code) ?? 'Have the server show a certificate that is trusted here.',
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
    `${server} does not finish the handshake: ${shown.code}`,
    'Is it a server with https that listens there?',
  );
}
