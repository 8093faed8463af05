import { readFileSync } from 'node:fs';
import { type Command, WRONG_USE } from './cli/command.ts';

/** Each command is loaded on demand, so that `run` starts the app at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./cli/dev.ts')).dev,
  check: async () => (await import('./cli/check.ts')).check,
  run: async () => (await import('./cli/run.ts')).run,
};

const HELP = `\
Usage: npx opentelemetry-stardust <command> [options]

Commands:
  dev     start a stand-in Stardust server, for development without one
  check   check this environment; with a command after --, check that app
  run     start an app and report its spans, without changing its code

Options:
  -h, --help      print this text; after a command, the help of that command
  -v, --version   print the version of this package

Exit status: 0 success, 1 failure, 2 wrong use.
`;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return 0;
  }
  if (name === '--version' || name === '-v') {
    console.log(version());
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    process.stderr.write(name === undefined ? HELP : `Unknown command: ${name}.\n\n${HELP}`);
    return WRONG_USE;
  }
  return (await load()).main(args);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

// A reader that has seen enough, such as `head`, goes away: there is nobody left to write for.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
