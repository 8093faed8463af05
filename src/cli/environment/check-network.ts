import { promises as dns, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { bad, type Finding, good } from '../finding.ts';
import { say } from '../language.ts';
import { CONNECT_MS, failureOf, type Target } from './target.ts';

/** Checks that a host name can be resolved, and that its port accepts connections. */
export async function checkNetwork({ host, port, called, variable }: Target): Promise<Finding> {
  const addresses = await lookUp(host);
  if (addresses.length === 0) {
    return bad(
      'network',
      say('unresolved', { host, called: say(called) }),
      say('unresolvedFix', { variable }),
    );
  }
  const shown = addresses.map(({ address }) => address).join(', ');
  const place = say(isIP(host) === 0 ? 'placeNamed' : 'place', { port, host, addresses: shown });
  const code = await connectionTo(host, port);
  if (code === undefined) return good('network', say('answers', { place }));
  if (code === 'ECONNREFUSED') {
    return bad(
      'network',
      say('nothingListens', { place }),
      say(called === 'server' ? 'nothingListensServer' : 'nothingListensProxy', { variable }),
    );
  }
  return bad('network', say('noAnswer', { place, code }), say('noAnswerFix'));
}

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
