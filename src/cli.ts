import { readFileSync } from 'node:fs';
import { type Command, GOOD, WRONG_USE, WrongUse } from './cli/command.ts';
import { readArguments, say, speak, type Word } from './cli/language.ts';

/** Each command is loaded on demand, so that `run` starts the app at once. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./cli/dev.ts')).dev,
  check: async () => (await import('./cli/check.ts')).check,
  run: async () => (await import('./cli/run.ts')).run,
};

async function main(args: readonly string[]): Promise<number> {
  const { language, own, command } = readArguments(args, process.env);
  const [name, ...options] = own;
  let help: Word = 'help';
  try {
    if (language === undefined) throw new WrongUse(say('unknownLanguage'));
    speak(language);
    if (name === '--version' || name === '-v') return print(`${version()}\n`);
    if (name === '--help' || name === '-h') return print(say(help));
    if (name === undefined) throw new WrongUse();
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load === undefined) throw new WrongUse(say('unknownCommand', { name }));
    const found = await load();
    help = found.help;
    if (options.includes('--help') || options.includes('-h')) return print(say(help));
    return await found.main(options, command);
  } catch (error) {
    if (!(error instanceof WrongUse)) throw error;
    process.stderr.write(`${error.message === '' ? '' : `${error.message}\n\n`}${say(help)}`);
    return WRONG_USE;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return GOOD;
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
