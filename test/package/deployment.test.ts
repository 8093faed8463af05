import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS, type Setting } from '../../src/config/settings.ts';
import { REPO } from '../support/processes/built.ts';

const page = readFileSync(join(REPO, 'docs/deployment.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));

/** The one block in a language that holds this text. */
function block(language: string, text: string): string {
  const found = blocks.filter((each) => each.language === language && each.text.includes(text));
  expect(found).toHaveLength(1);
  return found[0]?.text ?? '';
}

function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stardust-deployment-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Under CI its test fails without it. */
const hasSystemd = process.env.CI !== undefined || spawnSync('systemd-analyze', ['--version']).status === 0;

describe('docs/deployment.md', () => {
  it('sets only variables that exist', () => {
    const settings: Setting<unknown>[] = Object.values(SETTINGS);
    const known = settings.map(({ variable }) => variable);
    const named = new Set(page.match(/\bSTARDUST_[A-Z_]*[A-Z]\b/g));
    expect(named.size).toBeGreaterThan(5);
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('has a Deployment of fields that Kubernetes knows', () => {
    const literal = JSON.stringify(parse(block('yaml', 'kind: Deployment')));
    const types = join(REPO, 'node_modules/kubernetes-types/apps/v1');
    const file = written('deployment.ts', `export const shop: import('${types}').Deployment = ${literal};`);
    const tsc = join(REPO, 'node_modules/typescript/bin/tsc');
    const flags = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext'];
    const { stdout } = spawnSync(process.execPath, [tsc, ...flags, file], { encoding: 'utf8' });
    expect(stdout).toBe('');
  }, 60_000);

  it('has a Deployment whose labels, volumes and folders fit each other', () => {
    const { spec } = parse(block('yaml', 'kind: Deployment')) as Deployment;
    expect(spec?.selector.matchLabels).toEqual(spec?.template.metadata?.labels);
    const { containers, volumes, terminationGracePeriodSeconds } = spec?.template.spec ?? {};
    expect(terminationGracePeriodSeconds).toBeGreaterThan(2);
    const { env, volumeMounts } = containers?.[0] ?? {};
    expect(volumeMounts?.map(({ name }) => name)).toEqual(volumes?.map(({ name }) => name));
    const backlog = env?.find(({ name }) => name === 'STARDUST_BACKLOG_DIR');
    // A folder inside of the mounted one, which belongs to another user.
    expect(backlog).toMatchObject({ value: `${volumeMounts?.[0]?.mountPath}/shop` });
  });

  it('has a compose file whose volumes are declared and whose backlog is the folder of the Dockerfile', () => {
    const compose = parse(block('yaml', 'services:')) as {
      readonly services: { readonly shop: { readonly volumes: readonly string[] } };
      readonly volumes: object;
    };
    const [volume = '', folder = ''] = compose.services.shop.volumes[0]?.split(':') ?? [];
    expect(Object.keys(compose.volumes)).toEqual([volume]);
    expect(block('dockerfile', 'FROM')).toContain(`ENV STARDUST_BACKLOG_DIR=${folder}\n`);
  });

  it('has a Dockerfile of known instructions, whose last one starts the app', () => {
    const lines = block('dockerfile', 'FROM').trim().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^(?:FROM|RUN|WORKDIR|COPY|USER|ENV|ENTRYPOINT|CMD) \S/);
    }
    expect(JSON.parse(lines.at(-1)?.replace('CMD ', '') ?? '')).toEqual(
      expect.arrayContaining(['--import', 'opentelemetry-stardust/register', 'app.js']),
    );
  });

  it.each([
    ['ecosystem.config.cjs', 'module.exports'],
    ['start.cjs', "import('./app.js')"],
    ['handler.cjs', 'exports.handler'],
  ])('has a %s that Node takes', (file, text) => {
    const code = block('js', text);
    expect(page).toContain(`\`${file}\``);
    execFileSync(process.execPath, ['--check', written(file, code)]);
  });

  it.runIf(hasSystemd)('has a unit that systemd takes', () => {
    const unit = block('ini', '[Service]')
      .replaceAll('/usr/bin/node', process.execPath)
      .replace('User=shop', `User=${userInfo().username}`);
    const path = written('shop.service', unit);
    const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    if (error !== undefined) throw error;
    expect(stderr.split('\n').filter((line) => line.includes('shop.service'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('has XML whose elements are closed', () => {
    const open: string[] = [];
    for (const [, end, name = '', closed] of block('xml', '<service>').matchAll(
      /<(\/?)(\w+)[^<>]*?(\/?)>/g,
    )) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (closed !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('has a configuration of nginx whose braces are closed and whose directives end', () => {
    const lines = block('nginx', 'server {').split('\n');
    const count = (char: string) => lines.filter((line) => line.includes(char)).length;
    expect(count('{')).toBe(count('}'));
    expect(lines.filter((line) => line.trim() !== '' && !/[;{}]$/.test(line))).toEqual([]);
  });
});
