import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

const LOCALHOST = ['127.0.0.1', 'localhost', '[::1]'];
const EVERYWHERE = ['0.0.0.0', '::', ''];

/**
 * Keeps other web pages in the same browser away from this one. Any page can send requests to loopback. With a host
 * name of its own that resolves to loopback (DNS rebinding) it could also read the answers, so the Host must be ours.
 * A request that changes something must also come from our page and carry the token that was made at the start.
 */
export class PageGuard {
  readonly token = randomBytes(24).toString('base64url');
  readonly #everywhere: boolean;
  readonly #names: ReadonlySet<string>;
  readonly #namesAtAnyPort: ReadonlySet<string>;

  constructor(boundTo: string, hosts: readonly string[]) {
    const bound = boundTo.toLowerCase();
    this.#everywhere = EVERYWHERE.includes(bound);
    this.#names = new Set([...LOCALHOST, bound.includes(':') ? `[${bound}]` : bound]);
    this.#namesAtAnyPort = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** Whether the Host of a request is the address the server listens on, a form of localhost, or one of `hosts`. */
  hostFits({ headers, socket }: IncomingMessage): boolean {
    const parts = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(headers.host?.toLowerCase() ?? '');
    const [, name = '', port = '80'] = parts ?? [];
    if (this.#namesAtAnyPort.has(name)) return true;
    // A container's port is published under another one. Only a name can be made to lead elsewhere, an address cannot.
    if (this.#everywhere) return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
    return this.#names.has(name) && Number(port) === socket.localPort;
  }

  /** Whether a request comes from a page at the address that it is sent to. */
  originFits({ headers }: IncomingMessage): boolean {
    return /^https?:\/\/(.+)$/.exec(headers.origin ?? '')?.[1] === headers.host?.toLowerCase();
  }

  tokenFits(given: unknown): boolean {
    const bytes = Buffer.from(typeof given === 'string' ? given : '');
    const token = Buffer.from(this.token);
    return bytes.length === token.length && timingSafeEqual(bytes, token);
  }
}
