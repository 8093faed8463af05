import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { installCommand } from '../register/packages.ts';
import { endAs, passSignals, start } from './child.ts';
import { BAD, type Command, readOptions, WrongUse } from './command.ts';
import { findPackage } from './environment/packages.ts';
import { say } from './language.ts';
import { withPreload } from './node-options.ts';

/** The packages that `register` needs. */
const PEERS = ['@opentelemetry/sdk-node', '@opentelemetry/auto-instrumentations-node'];

export const run: Command = {
  help: 'runHelp',
  async main(own, command = []) {
    readOptions(own, {});
    if (command.length === 0) throw new WrongUse(say('runNeedsCommand'));

    const missing = PEERS.filter((name) => !isInstalled(name, command));
    if (missing.length > 0) {
      console.error(whatIsMissing(missing));
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

/** Looks where `register` looks: in the program's folder, in the current one, beside this package. */
function isInstalled(name: string, command: readonly string[]): boolean {
  const folders = [...command.map((each) => dirname(resolve(each))), process.cwd()];
  return [...folders.map((folder) => join(folder, 'app.js')), import.meta.url].some((place) => {
    try {
      createRequire(place).resolve(name);
      return true;
    } catch {
      return false;
    }
  });
}

function whatIsMissing(names: readonly string[]): string {
  const api = findPackage('@opentelemetry/api', process.cwd());
  const install = installCommand(api?.version, process.versions.node);
  return say('runNeeds', { names: names.join(say('and')), command: install });
}
