// A shop of three real services under `register`, and people who buy in it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DevServer } from '../../../src/dev/index.ts';
import { REPO } from '../processes/built.ts';
import { type Child, startNode } from '../processes/child.ts';

const SERVICES = join(REPO, 'test/page/services');
const DATABASE = join(REPO, 'test/demo/database.mjs');
const TICK_MS = 50;

/** What people ask for, and how often in a tick. */
const REQUESTS = [
  { method: 'GET', path: () => '/products', perTick: 2 },
  { method: 'GET', path: () => `/orders/${1 + Math.floor(Math.random() * 100)}`, perTick: 1.2 },
  { method: 'POST', path: () => '/checkout', perTick: 0.5 },
];

export class LiveShop {
  readonly #server: DevServer;
  readonly #children: Child[] = [];
  #database: ChildProcess | undefined;

  constructor(server: DevServer) {
    this.#server = server;
  }

  /**
   * Opens the shop, has people buy for so long, and waits until all of it was reported.
   *
   * @returns how many bought
   */
  async trade(millis: number): Promise<number> {
    this.#database = fork(DATABASE);
    const [{ port }] = await once(this.#database, 'message');
    const payments = await this.#start('payments');
    const orders = await this.#start('orders', payments, String(port));
    const web = await this.#start('web', orders);
    const bought = await buy(web, millis);
    for (const child of this.#children.splice(0).reverse()) {
      await child.signal('SIGTERM');
      await child.ended;
    }
    return bought;
  }

  close(): void {
    this.#database?.kill();
    for (const child of this.#children) child.kill();
  }

  /** Resolves to its address. */
  async #start(name: string, ...args: string[]): Promise<string> {
    const program = join(SERVICES, `${name}.cjs`);
    const child = startNode(['--import', 'opentelemetry-stardust/register', program, ...args], {
      cwd: REPO,
      env: { STARDUST_SERVER: this.#server.url, STARDUST_APP_ID: name, STARDUST_NAMING: 'stardust' },
      lifetimeMs: 300_000,
    });
    this.#children.push(child);
    await child.said('listening on ');
    return `http://127.0.0.1:${/\d+/.exec(child.stdout)?.[0]}`;
  }
}

async function buy(web: string, millis: number): Promise<number> {
  let bought = 0;
  const answers = new Set<Promise<unknown>>();
  for (let tick = 0; tick * TICK_MS < millis; tick++) {
    const crowd = 1 + 0.6 * Math.sin((tick * TICK_MS) / 4_000);
    for (const { method, path, perTick } of REQUESTS) {
      for (let due = perTick * crowd - Math.random(); due > 0; due--) {
        if (method === 'POST') bought++;
        const answer = fetch(web + path(), { method })
          .then((response) => response.text())
          .finally(() => answers.delete(answer));
        answers.add(answer);
      }
    }
    await delay(TICK_MS);
  }
  await Promise.all(answers);
  return bought;
}
