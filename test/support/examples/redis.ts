import { spawn, spawnSync } from 'node:child_process';
import { freePort, isListening } from './ports.ts';

/** Whether that program is on this machine. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Debian's Redis on a port of its own, which keeps nothing. */
export async function startRedis(): Promise<{ env: Record<string, string>; close(): Promise<void> }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!(await isListening(port))) if (child.exitCode !== null) throw new Error('redis-server ended');
  return {
    env: { REDIS_PORT: String(port) },
    close: async () => {
      child.kill();
      await ended;
    },
  };
}
