import { promises as dns, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { bad, type Finding, good } from '../finding.ts';
import { CONNECT_MS, failureOf, type Target } from './target.ts';

/** Checks that a host name can be resolved, and that its port accepts connections. */
export async function checkNetwork({ host, port, called, variable }: Target): Promise<Finding> {
  const addresses = await lookUp(host);
  if (addresses.length === 0) {
    return bad(
      'network',
      `${host} (${called}) cannot be resolved.`,
      `Is it right in ${variable}? Can this machine's DNS resolve it?`,
    );
  }
  const shown = addresses.map(({ address }) => address).join(', ');
  const place = `port ${port} of ${host}${isIP(host) === 0 ? ` (${shown})` : ''}`;
  const code = await connectionTo(host, port);
  if (code === undefined) return good('network', `${place} answers`);
  if (code === 'ECONNREFUSED') {
    return bad(
      'network',
      `Nothing listens on ${place}.`,
      `Is the port right in ${variable}? Is ${called} running? ${USUAL_PORT[called] ?? ''}`.trim(),
    );
  }
  return bad(
    'network',
    `No answer from ${place}: ${code}`,
    'Allow this machine to connect: a firewall or a route is in the way.',
  );
}

const USUAL_PORT: Readonly<Record<string, string>> = { 'the server': "Stardust's usual port is 6600." };

async function lookUp(host: string): Promise<LookupAddress[]> {
  try {
    return await dns.lookup(host, { all: true });
  } catch {
    return [];
  }
}

/** `undefined` if the connection was made, else the code of the error. */
function connectionTo(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (code?: string) => {
      socket.destroy();
      resolve(code);
    };
    socket
      .once('connect', () => end())
      .once('timeout', () => end('ETIMEDOUT'))
      .once('error', (error) => end(failureOf(error)));
  });
}
