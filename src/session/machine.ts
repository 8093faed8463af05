import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/**
 * Where this process runs. A host may forbid either call (sandboxes, some virtual servers, no descriptor left): what
 * cannot be had is `undefined`.
 */

/** The name of this machine. */
export function hostName(): string | undefined {
  try {
    return hostname() || undefined;
  } catch {
    return undefined;
  }
}

/** The address under which others most likely reach this machine: IPv4 first, link-local ones last. */
export function localAddress(): string | undefined {
  try {
    const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const reachable = all.filter((each) => !each.internal).sort((a, b) => rank(a) - rank(b));
    return reachable[0]?.address;
  } catch {
    return undefined;
  }
}

function rank({ family, address }: NetworkInterfaceInfo): number {
  const isLinkLocal = /^(?:169\.254\.|fe[89ab])/i.test(address);
  return (isLinkLocal ? 2 : 0) + (family === 'IPv4' ? 0 : 1);
}
