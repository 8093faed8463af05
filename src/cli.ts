#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { type Command, WRONG_USE } from './cli/command.ts';

/** The commands, loaded when they are wanted: `run` is to start the app at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./cli/dev.ts')).dev,
  check: async () => (await import('./cli/check.ts')).check,
  run: async () => (await import('./cli/run.ts')).run,
};

const HELP = `\
Usage: npx opentelemetry-stardust <command> [options]

Commands:
  dev     start a stand-in Stardust server, for development without one
  check   look whether this environment is set up right;
          with a command behind --, whether the app is
  run     start an app with its spans reported, without a line of code

Options:
  -h, --help      this text; behind a command, the command's own
  -v, --version   the version of this package

Exit status: 0 good, 1 bad, 2 wrong use.
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
    process.stderr.write(name === undefined ? HELP : `There is no command ${name}.\n\n${HELP}`);
    return WRONG_USE;
  }
  return (await load()).main(args);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

process.exitCode = await main(process.argv.slice(2));
