import { withoutSecrets } from '../runtime/own-secrets.ts';
import { judge } from './app/judge.ts';
import { watchApp } from './app/watch-app.ts';
import { BAD, type Command, GOOD, readOptions, splitCommand, wholeNumber, wrongUse } from './command.ts';
import { checkEnvironment } from './environment/check-environment.ts';
import { counted, type Finding } from './finding.ts';
import { shownFinding, wantsColour } from './terminal.ts';

const HELP = `\
Usage: npx opentelemetry-stardust check [options] [-- <command>]

Checks this environment: variables, versions, network, login, ping and an
empty report. The console shows the app and its instance, but no counts.
Run it in the app's folder, with the app's variables.

With a command, runs that for a few seconds instead, and checks that its
spans are seen and counted:

  npx opentelemetry-stardust check -- node app.js

Options:
  --seconds <number>   how long the command runs, 1 to 3600 (default 5)
  --json               print one JSON object
  -h, --help           print this text
`;

const OPTIONS = {
  seconds: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
} as const;

export const check: Command = {
  async main(args) {
    const { own, command } = splitCommand(args);
    const given = readOptions(own, OPTIONS, HELP);
    if (given.kind === 'done') return given.status;
    const seconds = wholeNumber(given.values.seconds, 1, 3_600);
    if (seconds === undefined) return wrongUse('--seconds must be a whole number from 1 to 3600.', HELP);
    if (command?.length === 0) return wrongUse('A command is missing after --.', HELP);
    const { json } = given.values;
    return command === undefined
      ? present(checkEnvironment(process.env, process.cwd()), json, ENVIRONMENT)
      : present(checkApp(command, seconds, json), json, APP);
  },
};

async function* checkApp(
  command: readonly string[],
  seconds: number,
  json: boolean,
): AsyncGenerator<Finding> {
  const watched = await watchApp(command, seconds, json);
  if (!json) console.log();
  yield* judge(watched, command);
}

/** The last lines of a check. */
interface Words {
  readonly good: string;
  /** If there are warnings but no problems. */
  readonly fair: string;
  /** After the number of problems. */
  readonly bad: string;
}

const ENVIRONMENT: Words = {
  good: `\
All checks passed. If nothing appears on the console, check the app itself:

  npx opentelemetry-stardust check -- node app.js
`,
  fair: 'Reports arrive. See the lines marked with !.\n',
  bad: ' The steps that depend on it were skipped.\n',
};

const APP: Words = {
  good: "All checks passed: the app's spans are counted.\n",
  fair: 'No problem was found for certain. See the lines marked with !.\n',
  bad: '\n',
};

/** Prints each finding as it is made, then the result. Resolves to the exit status. */
async function present(findings: AsyncIterable<Finding>, json: boolean, words: Words): Promise<number> {
  const colour = wantsColour(process.stdout, process.env);
  const all: Finding[] = [];
  // Our sockets never keep a process alive, for the sake of apps. This timer does.
  const hold = setInterval(() => {}, 60_000);
  for await (const finding of findings) {
    all.push(finding);
    if (!json) process.stdout.write(shownFinding(finding, colour));
  }
  clearInterval(hold);
  const count = (verdict: Finding['verdict']) => all.filter((each) => each.verdict === verdict).length;
  const ok = count('bad') === 0;
  if (json) console.log(withoutSecrets(JSON.stringify({ ok, findings: all }, undefined, 2)));
  else if (ok) process.stdout.write(`\n${count('warning') === 0 ? words.good : words.fair}`);
  else process.stdout.write(`\n${counted(count('bad'), 'problem')}.${words.bad}`);
  return ok ? GOOD : BAD;
}
