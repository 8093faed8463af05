import { readFileSync } from 'node:fs';
import { type Command, WRONG_USE, wrongUse } from './cli/command.ts';
import { say, speak, splitLanguage } from './cli/language.ts';

/** Each command is loaded on demand, so that `run` starts the app at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./cli/dev.ts')).dev,
  check: async () => (await import('./cli/check.ts')).check,
  run: async () => (await import('./cli/run.ts')).run,
};

async function main(given: readonly string[]): Promise<number> {
  const language = splitLanguage(given, process.env);
  if (language === undefined) return wrongUse(say('unknownLanguage'), say('help'));
  speak(language.language);
  const [name, ...args] = language.args;
  if (name === '--help' || name === '-h') {
    process.stdout.write(say('help'));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    console.log(version());
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    if (name !== undefined) return wrongUse(say('unknownCommand', { name }), say('help'));
    process.stderr.write(say('help'));
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
