import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../src/cli/words-en.ts';
import { built, REPO } from '../support/processes/built.ts';
import { appFolder, CLI, runCommand } from '../support/processes/command.ts';
import { closedPort, liveServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const page = readFileSync(join(REPO, 'docs/command.md'), 'utf8');

/** The output that the page shows under a mark. */
function shown(mark: string): string {
  const [, text] = new RegExp(`<!-- output: ${mark} -->\n\`\`\`\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/command.md has no output "${mark}"`);
  return alike(text);
}

/** Without what differs from machine to machine: versions, ports, addresses, and so where lines end. */
function alike(output: string): string {
  return output
    .replace(/\d+(?:\.\d+)+/g, 'N')
    .replace(/(?<=N[:@]|port )\d+/g, 'N')
    .replace(/\n {4}(?! )/g, ' ')
    .trim();
}

/** An app that serves one request, `app.js`. */
function appOfOneRequest(): string {
  const cwd = appFolder();
  symlinkSync(join(REPO, 'node_modules/express'), join(cwd, 'node_modules/express'));
  const fixtures = join(REPO, 'test/command/fixtures');
  for (const [file, from] of [
    ['app.js', 'bare.cjs'],
    ['serve.cjs', 'serve.cjs'],
  ] as const) {
    writeFileSync(join(cwd, file), readFileSync(join(fixtures, from)));
  }
  return cwd;
}

describe('docs/command.md', { timeout: 60_000 }, () => {
  it('shows what a good check prints', async () => {
    const env = { STARDUST_SERVER: (await liveServer()).url, STARDUST_APP_ID: 'shop' };
    const { stdout } = await runCommand(['check'], { cwd: appFolder(), env });
    expect(alike(stdout)).toBe(shown('check'));
  });

  it('shows the end of what a check prints of a wrong port', async () => {
    const env = { STARDUST_SERVER: (await closedPort()).url, STARDUST_APP_ID: 'shop' };
    const { stdout } = await runCommand(['check'], { cwd: appFolder(), env });
    expect(alike(stdout).endsWith(shown('check, wrong port'))).toBe(true);
  });

  it('shows what a check prints of a good app', async () => {
    const env = { STARDUST_SERVER: (await liveServer()).url, STARDUST_APP_ID: 'shop' };
    const command = ['node', CLI, 'run', '--', 'node', 'app.js'];
    const ended = await runCommand(['check', '--seconds', '300', '--', ...command], {
      cwd: appOfOneRequest(),
      env,
    });
    const [, findings = ''] = ended.stdout.split(/^served by \d+\n\n/m);
    expect(alike(findings.replace(/node \S+ run -- /, '').replace(/(?<=node)\s+(?=app)/, ' '))).toBe(
      shown('app'),
    );
  });

  it('shows what a check prints of an app without OpenTelemetry', async () => {
    const ended = await runCommand(['check', '--seconds', '300', '--', 'node', 'app.js'], {
      cwd: appOfOneRequest(),
    });
    const [, findings = ''] = ended.stdout.split(/^served by \d+\n\n/m);
    expect(alike(findings)).toBe(shown('app, bare'));
  });

  it('names each flag of the help, and no other but those of Node', () => {
    const flagsIn = (text: string) => new Set(text.match(/(?<![\w-])--[a-z][\w-]*/g));
    const flags = flagsIn([en.help, en.checkHelp, en.devHelp, en.runHelp].join('\n'));
    const ofNode = ['--import', '--require'];
    expect([...flagsIn(page)].filter((flag) => !ofNode.includes(flag)).sort()).toEqual([...flags].sort());
  });

  it('names each step that there is', () => {
    const source = sourceOf(join(REPO, 'src/cli'));
    const calls = source.matchAll(/\b(?:(?:good|note|warning|bad)\(\s*|step: )'(\w+)'/g);
    const steps = new Set([...calls].map(([, step]) => step));
    expect(steps.size).toBeGreaterThan(15);
    expect([...steps].filter((step) => !page.includes(`\`${step}\``))).toEqual([]);
  });
});

function sourceOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}
