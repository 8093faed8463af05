import { type DevServer, startDevServer } from '../dev/index.ts';
import { BAD, type Command, GOOD, readOptions, wholeNumber, wrongUse } from './command.ts';

const HELP = `\
Usage: npx opentelemetry-stardust dev [options]

Starts a stand-in for a Stardust server. It keeps what services report in
memory and shows it on a page. Press Ctrl-C to stop it.

Options:
  --port <number>      port to listen on; 0 for any free one (default 6600)
  --host <address>     address to listen on (default 127.0.0.1: this machine)
  --hosts <names>      further host names of the page, separated by commas
  --period <seconds>   how often services report, 1 to 3600 (default 60)
  --json               print one line of JSON: url, port
  -h, --help           print this text
`;

const OPTIONS = {
  port: { type: 'string', default: '6600' },
  host: { type: 'string', default: '127.0.0.1' },
  hosts: { type: 'string', default: '' },
  period: { type: 'string', default: '60' },
  json: { type: 'boolean', default: false },
} as const;

export const dev: Command = {
  async main(args) {
    const given = readOptions(args, OPTIONS, HELP);
    if (given.kind === 'done') return given.status;
    const { host, json, ...texts } = given.values;
    const port = wholeNumber(texts.port, 0, 65_535);
    if (port === undefined) return wrongUse('--port must be a whole number from 0 to 65535.', HELP);
    const period = wholeNumber(texts.period, 1, 3_600);
    if (period === undefined) return wrongUse('--period must be a whole number from 1 to 3600.', HELP);
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
  return `\
A stand-in Stardust server listens on ${url}
Open that address in a browser to see what arrives. Press Ctrl-C to stop.

Start your app with these two variables:

  ${set}STARDUST_SERVER=${url}
  ${set}STARDUST_APP_ID=my-app

Check them with: npx opentelemetry-stardust check
`;
}

function faultOf(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. Use another one: --port ${port === 65_535 ? 6_600 : port + 1}`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Use one that is: --host 127.0.0.1`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Use one above 1023: --port 6600`;
    default:
      return `The server could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}
