import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { unseenFindings } from '../../src/cli/app/judge-unseen.ts';
import { UNSEEN_PACKAGES } from '../../src/cli/app/unseen-packages.ts';
import { readArguments, speak } from '../../src/cli/language.ts';
import { inChinese, PHRASES } from '../../src/cli/phrases-zh.ts';
import { shownFinding } from '../../src/cli/terminal.ts';
import { en } from '../../src/cli/words-en.ts';
import { zh } from '../../src/cli/words-zh.ts';
import { resolveSettings } from '../../src/config/resolve.ts';
import { REDACT_SQL, SETTINGS, type Setting } from '../../src/config/settings.ts';
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts';
import { built, REPO } from '../support/processes/built.ts';
import { appFolder, emptyFolder, runCommand } from '../support/processes/command.ts';
import { liveServer } from '../support/processes/servers.ts';

const CHINESE = { LANG: 'zh_CN.UTF-8' };
const keys = Object.keys(en) as (keyof typeof en)[];

/** The columns of a terminal that a line takes. */
const columnsOf = (line: string) => line.length + (line.match(/[\u2e80-\u9fff\uff00-\uff60]/g)?.length ?? 0);

/** Lines with three English words in a row, but for commands and code to copy. */
function englishIn(text: string): string[] {
  const lines = text
    .split('\n')
    .filter((line) => !/\b(?:npm|npx|node|export|opentelemetry-stardust) /.test(line));
  return lines.filter((line) => /(?:^|[^\w'.])[A-Za-z]?[a-z]+,? [a-z]+,? [a-z]+(?![\w('.])/.test(line));
}

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
    expect(readArguments(['check'], environment)).toMatchObject({ language, own: ['check'] });
  });

  it.each([
    [
      ['--lang', 'zh-CN', 'check', '--json'],
      ['check', '--json'],
    ],
    [['check', '--lang=zh-CN'], ['check']],
    [['run', '--lang', 'zh-CN', '--', 'node', '--lang', 'en'], ['run'], ['node', '--lang', 'en']],
  ])('is that of --lang: %j', (args, own, command = undefined) => {
    expect(readArguments(args, {})).toEqual({ language: 'zh-CN', own, command });
  });

  it.each([
    ['run', 'node', 'app.js', '--lang', 'zh-CN'],
    ['check', '--', 'node', '--lang', 'zh-CN'],
  ])('is none of an argument for the app: %s %s %s %s %s', (...args) => {
    const { language, own, command } = readArguments(args, {});
    expect({ language, own }).toEqual({ language: 'en', own: [args[0]] });
    expect(command?.slice(-2)).toEqual(['--lang', 'zh-CN']);
  });

  it.each([[['--lang']], [['--lang', 'de']], [['check', '--lang=zh']]])('is not known: %j', (args) => {
    expect(readArguments(args, CHINESE).language).toBeUndefined();
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

const settings: Setting<unknown>[] = [...Object.values(SETTINGS), REDACT_SQL];
const variables = settings.flatMap(({ variable }) => variable ?? []);
/** Texts of which each variable that can be wrong refuses one. */
const WRONG = ['-----BEGIN', '-1', '?'];
const warnings = [...variables, 'HTTP_PROXY'].flatMap((variable) =>
  WRONG.flatMap((text) => {
    const environment = { STARDUST_SERVER: 'http://stardust:6600', [variable]: text };
    return resolveSettings({}, environment).warnings;
  }),
);

describe('what other rooms say, in Chinese', () => {
  afterEach(() => speak('en'));

  it('has no English in what is wrong with a variable', () => {
    expect(new Set(warnings.map((text) => /[A-Z_]{9,}/.exec(text)?.[0])).size).toBeGreaterThan(20);
    expect(warnings.filter((text) => englishIn(inChinese(text)).length > 0)).toEqual([]);
    expect(warnings.filter((text) => !/[^\w\s](?:改用默认值|不使用)/.test(inChinese(text)))).toEqual([]);
  });

  it.each([
    ['ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1'],
    ['Error: no answer within 15000 ms', '15000 毫秒内没有应答'],
    ['HTTP 302 to /login without a Stardust answer', 'HTTP 302，转到 /login，不是星尘的应答'],
    [
      'STARDUST_CA: /a.pem cannot be used (holds no PEM of this kind); it counts as not set',
      'STARDUST_CA：/a.pem 不能用（内容不是所需的 PEM），当作没有设置',
    ],
    ['应用被禁用', '应用被禁用'],
  ])('%s', (english, chinese) => {
    expect(inChinese(english)).toBe(chinese);
  });

  it('has no phrase that nothing says', () => {
    const source = readdirSync(join(REPO, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ts$/.test(file) && !/cli.words|cli.phrases/.test(file))
      .map((file) => readFileSync(join(REPO, 'src', file), 'utf8'))
      .join('\n');
    const partsOf = (english: string) =>
      english.split(/\{\w+\}|[;,] (?:not )?| in (?=PEM)| (?:of|from) |['\d]/);
    const unsaid = PHRASES.filter(([english]) =>
      partsOf(english).some((part) => !source.includes(part.trim())),
    );
    expect(unsaid.map(([english]) => english)).toEqual([]);
  });

  it.each(Object.keys(UNSEEN_PACKAGES))('says in Chinese what to do about %s', (name) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ dependencies: { [name]: '1' } }));
    speak('zh-CN');
    const app = { script: join(cwd, 'app.js'), hasRouteHooks: false } as Diagnosis;
    const [finding] = [...unseenFindings(app)];
    expect(finding?.fix).toMatch(/\p{sc=Han}/u);
    expect(englishIn(`${finding?.text}\n${finding?.fix}`)).toEqual([]);
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
    expect(englishIn(stdout)).toEqual([]);
  });

  it('checks an app', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'app.js'), '');
    const { stdout } = await runCommand(['check', '--', 'node', 'app.js'], { cwd, env: CHINESE });
    expect(stdout).toContain('没有注册 TracerProvider');
  });

  it.each([
    ['a folder without packages', {}],
    ['a server that is not there', { STARDUST_SERVER: 'http://127.0.0.1:1', STARDUST_APP_ID: 'shop' }],
    ['variables that are wrong', Object.fromEntries(variables.map((name) => [name, WRONG[0]]))],
    [
      'a file without a certificate',
      { STARDUST_SERVER: 'https://127.0.0.1:1', STARDUST_CA: '/etc/hostname', STARDUST_APPID: 'shop' },
    ],
  ])('speaks no English about %s', async (_, env) => {
    const { code, stdout, stderr } = await runCommand(['check'], {
      cwd: emptyFolder(),
      env: { ...CHINESE, ...env },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('✗');
    expect(englishIn(stdout + stderr)).toEqual([]);
  });

  it.each([
    [['dev', '--bogus']],
    [['dev', 'now']],
    [['dev', '--port']],
    [['dev', '--json=yes']],
    [['dev', '--port', '99999']],
    [['check', '--seconds', 'x']],
    [['run']],
    [['run', '--', './no-such-program']],
    [['begin']],
  ])('speaks no English about wrong use: %j', async (args) => {
    const { code, stdout, stderr } = await runCommand(args, { env: CHINESE });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/\p{sc=Han}/u);
    expect(englishIn(stdout + stderr)).toEqual([]);
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
