import { judge } from './app/judge.ts';
import { watchApp } from './app/watch-app.ts';
import { BAD, type Command, GOOD, readOptions, splitCommand, wholeNumber, wrongUse } from './command.ts';
import { checkEnvironment } from './environment/check-environment.ts';
import type { Finding } from './finding.ts';
import { shownFinding, wantsColour } from './paper.ts';

const HELP = `\
Usage: npx opentelemetry-stardust check [options] [-- <command>]

Looks whether this environment is set up right: variables, versions, network,
login, ping and an empty report. Nothing shows on the console but the app.
Start it in the app's folder, with the app's variables.

With a command, runs it for a few seconds instead, and looks whether its
spans are seen and counted:

  npx opentelemetry-stardust check -- node app.js

Options:
  --seconds <number>   how long the command may run, 1 to 3600 (5)
  --json               print one object of JSON
  -h, --help           this text
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
    if (command?.length === 0) return wrongUse('There is no command behind --.', HELP);
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

/** What a check says at its end. */
interface Words {
  readonly good: string;
  /** Where there are warnings and no more. */
  readonly fair: string;
  /** Behind the number of things to mend. */
  readonly bad: string;
}

const ENVIRONMENT: Words = {
  good: `\
All is well. If nothing shows on the console all the same, look at the app:

  npx opentelemetry-stardust check -- node app.js
`,
  fair: 'Reports arrive; see the lines with an exclamation mark.\n',
  bad: 'to mend; what depends on it was not tried.\n',
};

const APP: Words = {
  good: 'All is well: what the app does is counted.\n',
  fair: 'Nothing is wrong for sure; see the lines with an exclamation mark.\n',
  bad: 'to mend.\n',
};

/** Prints findings as they come, and whether all was good. */
async function present(findings: AsyncIterable<Finding>, json: boolean, words: Words): Promise<number> {
  const colour = wantsColour(process.stdout, process.env);
  const all: Finding[] = [];
  // Our sockets hold no process, so that they never hold an app's; here somebody has to.
  const hold = setInterval(() => {}, 60_000);
  for await (const finding of findings) {
    all.push(finding);
    if (!json) process.stdout.write(shownFinding(finding, colour));
  }
  clearInterval(hold);
  const count = (verdict: Finding['verdict']) => all.filter((each) => each.verdict === verdict).length;
  const ok = count('bad') === 0;
  if (json) console.log(JSON.stringify({ ok, findings: all }, undefined, 2));
  else if (ok) process.stdout.write(`\n${count('warning') === 0 ? words.good : words.fair}`);
  else
    process.stdout.write(
      `\n${count('bad') === 1 ? 'One thing is' : `${count('bad')} things are`} ${words.bad}`,
    );
  return ok ? GOOD : BAD;
}
