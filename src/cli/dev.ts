import { type DevServer, startDevServer } from '../dev/index.ts';
import { BAD, type Command, GOOD, readOptions, WrongUse, wholeNumber } from './command.ts';
import { say } from './language.ts';

const OPTIONS = {
  port: { type: 'string', default: '6600' },
  host: { type: 'string', default: '127.0.0.1' },
  hosts: { type: 'string', default: '' },
  period: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

export const dev: Command = {
  help: 'devHelp',
  async main(own, command) {
    if (command !== undefined) throw new WrongUse(say('unexpectedArgument', { name: '--' }));
    const { host, json, ...texts } = readOptions(own, OPTIONS);
    const port = wholeNumber('--port', texts.port, 0, 65_535);
    const period = wholeNumber('--period', texts.period, 1, 3_600);
    const hosts = texts.hosts.split(',').map((each) => each.trim());
    const stopped = stopSignal();
    try {
      const server = await startDevServer({
        port,
        host,
        hosts: hosts.filter((each) => each !== ''),
        limits: { period },
      });
      process.stdout.write(
        json ? `${JSON.stringify({ url: server.url, port: server.port })}\n` : greeting(server),
      );
      await stopped;
      await server.close();
      return GOOD;
    } catch (error) {
      console.error(faultOf(error, host, port));
      return BAD;
    }
  },
};

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  });
}

function greeting({ url }: DevServer): string {
  const set = process.platform === 'win32' ? 'set ' : 'export ';
  return say('greeting', { url, set });
}

function faultOf(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return say('portInUse', { port, host, other: port === 65_535 ? 6_600 : port + 1 });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return say('hostUnknown', { host });
    case 'EACCES':
      return say('portDenied', { port });
    default:
      return say('notStarted', { reason: error instanceof Error ? error.message : String(error) });
  }
}
