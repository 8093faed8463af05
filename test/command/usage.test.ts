import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { built, REPO } from '../support/processes/built.ts';
import { runCommand } from '../support/processes/command.ts';

beforeAll(() => built(), 90_000);

describe('the command', { timeout: 30_000 }, () => {
  it.each([
    [['--help'], /^Usage: npx opentelemetry-stardust <command>/],
    [['-h'], /^Usage: npx opentelemetry-stardust <command>/],
    [['dev', '--help'], /^Usage: npx opentelemetry-stardust dev /],
    [['check', '-h'], /^Usage: npx opentelemetry-stardust check /],
    [['run', '--help'], /^Usage: npx opentelemetry-stardust run /],
  ])('%j prints help in 80 columns and ends well', async (args, start) => {
    const ended = await runCommand(args);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(start);
    expect(ended.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it.each([['--version'], ['-v']])('%s prints the version of the package', async (flag) => {
    const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as { version: string };
    expect(await runCommand([flag])).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it.each([
    [[], /^Usage: /],
    [['begin'], /^Unknown command: begin\./],
    [['toString'], /^Unknown command: toString\./],
    [['dev', '--bogus'], /--bogus/],
    [['dev', 'now'], /now/],
    [['dev', '--', 'now'], /^Unexpected argument: --\./],
    [['dev', '--port', '70000'], /^--port must be a whole number from 0 to 65535\./],
    [['dev', '--port', '1e3'], /^--port must be/],
    [['dev', '--period', '0'], /^--period must be/],
    [['check', '--seconds', 'x'], /^--seconds must be/],
    [['check', '--'], /^A command is missing after --\./],
    [['run'], /^run needs a command\./],
    [['run', '--'], /^run needs a command\./],
    [['run', '--bogus', '--', 'node'], /--bogus/],
  ])('%j is wrong use, said on standard error with the right one', async (args, message) => {
    const ended = await runCommand(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toContain('Usage: npx opentelemetry-stardust');
  });
});
