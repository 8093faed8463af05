import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitLanguage } from '../../src/cli/language.ts';
import { shownFinding } from '../../src/cli/terminal.ts';
import { en } from '../../src/cli/words-en.ts';
import { zh } from '../../src/cli/words-zh.ts';
import { built, REPO } from '../support/processes/built.ts';
import { appFolder, emptyFolder, runCommand } from '../support/processes/command.ts';
import { liveServer } from '../support/processes/servers.ts';

const CHINESE = { LANG: 'zh_CN.UTF-8' };
const keys = Object.keys(en) as (keyof typeof en)[];

/** The columns of a terminal that a line takes. */
const columnsOf = (line: string) => line.length + (line.match(/[\u2e80-\u9fff\uff00-\uff60]/g)?.length ?? 0);

describe('the language', () => {
  it.each([
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'zh_SG' }, 'zh-CN'],
    [{ LANG: 'zh_TW.UTF-8' }, 'en'],
    [{ LANG: 'zh-Hant' }, 'en'],
    [{ LANG: 'zh_CN.UTF-8', LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'zh_CN.UTF-8', LC_MESSAGES: 'de_DE' }, 'zh-CN'],
    [{ LC_ALL: '', LANG: 'zh_CN' }, 'zh-CN'],
  ] as const)('under %j is %s', (environment, language) => {
    expect(splitLanguage(['check'], environment)).toEqual({ language, args: ['check'] });
  });

  it.each([
    [
      ['--lang', 'zh-CN', 'check', '--json'],
      ['check', '--json'],
    ],
    [['check', '--lang=zh-CN'], ['check']],
    [
      ['run', '--lang', 'zh-CN', '--', 'node', '--lang', 'en'],
      ['run', '--', 'node', '--lang', 'en'],
    ],
  ])('is that of --lang: %j', (args, rest) => {
    expect(splitLanguage(args, {})).toEqual({ language: 'zh-CN', args: rest });
  });

  it.each([[['run', 'node', 'app.js', '--lang', 'zh-CN']], [['check', '--', 'node', '--lang', 'zh-CN']]])(
    'is none of an argument for the app: %j',
    (args) => {
      expect(splitLanguage(args, {})).toEqual({ language: 'en', args });
    },
  );

  it.each([[['--lang']], [['--lang', 'de']], [['check', '--lang=zh']]])('is not known: %j', (args) => {
    expect(splitLanguage(args, CHINESE)).toBeUndefined();
  });
});

describe('a text in Chinese', () => {
  it.each(keys)('has the values of the English one: %s', (key) => {
    const values = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
    expect(values(zh[key])).toEqual(values(en[key]));
    expect(zh[key]).not.toBe(en[key]);
  });

  it('fits into 80 columns, and no line begins with a closing mark', () => {
    const text = '没有设置 STARDUST_SERVER：除非代码里设置了选项，否则什么都不统计。'.repeat(6);
    const lines = shownFinding({ step: 'app', verdict: 'bad', text }, false).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter((line) => columnsOf(line) > 80)).toEqual([]);
    expect(lines.filter((line) => /^ *[，。：；？！、）]/.test(line))).toEqual([]);
    const unbroken = (each: string) => each.replaceAll(' ', '');
    expect(unbroken(lines.map((line) => line.slice(4)).join(''))).toBe(unbroken(text));
  });
});

describe('the command in Chinese', { timeout: 60_000 }, () => {
  beforeAll(() => built(), 90_000);

  it.each([[['--help']], [['dev', '--help']], [['check', '--help']], [['run', '--help']]])(
    '%j is help in 80 columns, with the options of the English one',
    async (args) => {
      const chinese = await runCommand(args, { env: CHINESE });
      const english = await runCommand(args);
      expect(chinese).toMatchObject({ code: 0, stderr: '' });
      expect(chinese.stdout).toMatch(/^用法：npx opentelemetry-stardust /);
      expect(chinese.stdout.split('\n').filter((line) => columnsOf(line) > 80)).toEqual([]);
      const options = (text: string) => text.match(/^ {2}(?:-\w, )?--?[\w-]+/gm);
      expect(options(chinese.stdout)).toEqual(options(english.stdout));
    },
  );

  it('checks an environment', async () => {
    const env = { ...CHINESE, STARDUST_SERVER: (await liveServer()).url, STARDUST_APP_ID: 'shop' };
    const { code, stdout } = await runCommand(['check'], { cwd: appFolder(), env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ 服务端接受空的上报\n {2}✓ 采样周期 60 秒，每个操作名保留 1 个样本/);
    expect(stdout).toContain('全部通过');
    const ours = stdout.split('\n').filter((line) => !line.includes('OpenTelemetry'));
    expect(ours.filter((line) => /\b(?:the|is|of|and)\b/.test(line))).toEqual([]);
  });

  it('checks an app', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'app.js'), '');
    const { stdout } = await runCommand(['check', '--', 'node', 'app.js'], { cwd, env: CHINESE });
    expect(stdout).toContain('没有注册 TracerProvider');
  });

  it('refuses a language that it does not speak', async () => {
    const { code, stderr } = await runCommand(['check', '--lang', 'de']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--lang must be zh-CN or en\./);
  });
});

it('docs/zh-CN/command.md shows what a check prints in Chinese', () => {
  const page = readFileSync(join(REPO, 'docs/zh-CN/command.md'), 'utf8');
  for (const key of ['clocksAgree', 'secretNone', 'report', 'excludesNone'] as const) {
    expect(page).toContain(`✓ ${zh[key]}`.replace('✓ 没有设置密钥', '· 没有设置密钥'));
  }
});
