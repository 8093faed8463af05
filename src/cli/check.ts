import { withoutSecrets } from '../runtime/own-secrets.ts';
import { judge } from './app/judge.ts';
import { watchApp } from './app/watch-app.ts';
import { BAD, type Command, GOOD, readOptions, WrongUse, wholeNumber } from './command.ts';
import { checkEnvironment } from './environment/check-environment.ts';
import type { Finding } from './finding.ts';
import { counted, say, type Word } from './language.ts';
import { shownFinding, wantsColour } from './terminal.ts';

const OPTIONS = {
  seconds: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
} as const;

export const check: Command = {
  help: 'checkHelp',
  async main(own, command) {
    const { json, ...texts } = readOptions(own, OPTIONS);
    const seconds = wholeNumber('--seconds', texts.seconds, 1, 3_600);
    if (command?.length === 0) throw new WrongUse(say('commandMissing'));
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
  readonly good: Word;
  /** If there are warnings but no problems. */
  readonly fair: Word;
  readonly bad: Word;
}

const ENVIRONMENT: Words = { good: 'environmentGood', fair: 'environmentFair', bad: 'environmentBad' };
const APP: Words = { good: 'appGood', fair: 'appFair', bad: 'appBad' };

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
  else if (ok) process.stdout.write(`\n${say(count('warning') === 0 ? words.good : words.fair)}`);
  else process.stdout.write(`\n${say(words.bad, { problems: counted(count('bad'), 'problems') })}`);
  return ok ? GOOD : BAD;
}
