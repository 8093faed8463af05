import { Buffer } from 'node:buffer';
import { BlockList, isIP } from 'node:net';
import { keepSecret } from '../runtime/own-secrets.ts';
import { hostAndPort, parsedUrl, percentDecoded, URL } from '../wire/url.ts';
import { type Environment, variableOf } from './environment.ts';
import { looksLikeToken } from './shown.ts';

/** A proxy before a server. */
export interface HttpProxy {
  /** `http(s)://host:port`, without user and password. */
  readonly origin: string;
  /** The value of `Proxy-Authorization`, if the address holds a user. */
  readonly authorization: string | undefined;
}

export interface Proxies {
  /** By the server's address; a server without an entry is called directly. */
  readonly proxies: ReadonlyMap<string, HttpProxy>;
  readonly warnings: readonly string[];
}

/** The proxies that the environment names for these servers: of either case of a variable the lower wins. */
export function proxiesOf(servers: readonly string[], environment: Environment): Proxies {
  const proxies = new Map<string, HttpProxy>();
  const warnings = new Set<string>();
  for (const server of servers) {
    const url = new URL(server);
    const variable = variableFor(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy', environment);
    if (variable === undefined || isDirect(url, environment)) continue;
    const proxy = proxyAt(variableOf(environment, variable) ?? '');
    if (proxy !== undefined) proxies.set(server, proxy);
    // The value is not shown: a password may stand anywhere in an address that cannot be read.
    else
      warnings.add(`variable ${variable} must be an address such as 'http://proxy:3128'; no proxy is used`);
  }
  return { proxies, warnings: [...warnings] };
}

function variableFor(lower: string, environment: Environment): string | undefined {
  return [lower, lower.toUpperCase()].find((variable) => variableOf(environment, variable) !== undefined);
}

function proxyAt(address: string): HttpProxy | undefined {
  if (looksLikeToken(address)) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = parsedUrl(text);
  if (url === undefined) return undefined;
  const { protocol, origin, username, password } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const user = Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString('base64');
  if (username + password === '') return { origin, authorization: undefined };
  for (const secret of [percentDecoded(password), user]) keepSecret(secret);
  return { origin, authorization: `Basic ${user}` };
}

/** Whether `NO_PROXY` names the server: by host, domain, address or subnet, with a port or without, or by `*`. */
function isDirect(server: URL, environment: Environment): boolean {
  const variable = variableFor('no_proxy', environment);
  const entries =
    variableOf(environment, variable ?? '')
      ?.toLowerCase()
      .match(/[^\s,]+/g) ?? [];
  const { host, port } = hostAndPort(server);
  return entries.some((entry) => {
    if (entry === '*') return true;
    const [, bracketed, plain, ofPort = String(port)] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
    return Number(ofPort) === port && isNamed(host, (bracketed ?? plain ?? entry).replace(/^\*?\./, ''));
  });
}

function isNamed(host: string, entry: string): boolean {
  return host === entry || host.endsWith(`.${entry}`) || isInSubnet(host, entry);
}

function isInSubnet(host: string, entry: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(bits), type);
  return subnet.check(host, type);
}
