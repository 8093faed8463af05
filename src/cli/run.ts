import { createRequire } from 'node:module';
import { endAs, passSignals, start } from './child.ts';
import { BAD, type Command, readOptions, splitCommand, wrongUse } from './command.ts';
import { withPreload } from './node-options.ts';

const HELP = `\
Usage: npx opentelemetry-stardust run -- <command>

Starts an app with OpenTelemetry and Stardust loaded before it, so that its
spans are reported without a line of code. Works for node and for whatever
starts node: npm start, tsx, pm2-runtime and the like.

  npx opentelemetry-stardust run -- node app.js
  npx opentelemetry-stardust run -- npm start

The app has our standard streams, our signals and our environment, and ends
this command with its own exit status. It is told where to report to by
variables: STARDUST_SERVER, STARDUST_APP_ID, STARDUST_SECRET.

Options:
  -h, --help   this text
`;

/** What `register` starts the app with. */
const PEERS = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'];

export const run: Command = {
  async main(args) {
    // Without -- too, where no option of ours comes first.
    const isBare = args[0] !== undefined && !args[0].startsWith('-');
    const { own, command } = isBare ? { own: [], command: args } : splitCommand(args);
    const given = readOptions(own, {}, HELP);
    if (given.kind === 'done') return given.status;
    if (command === undefined || command.length === 0) return wrongUse('There is no command to run.', HELP);

    const missing = PEERS.filter((name) => !isInstalled(name));
    if (missing.length > 0) {
      console.error(`run needs what is not installed. Install it:\n\n  npm install ${missing.join(' ')}`);
      return BAD;
    }
    const register = new URL('register.js', import.meta.url).href;
    const env = { ...process.env, NODE_OPTIONS: withPreload(process.env.NODE_OPTIONS, '--import', register) };
    const app = start(command, { stdio: 'inherit', env });
    const letGo = passSignals(app.process);
    const end = await app.ended;
    letGo();
    if (end.kind === 'not started') console.error(end.reason);
    return endAs(end);
  },
};

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
