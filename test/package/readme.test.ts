import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev/index.ts';
import { type App, appWith, packed } from '../support/package/npm.ts';
import { compiled } from '../support/package/types.ts';
import { open, skipped } from '../support/page/browser.ts';
import { REPO } from '../support/processes/built.ts';
import { runNode, startNode } from '../support/processes/child.ts';

/** The blocks of code of a page, in their order. */
function blocksOf(page: string): { readonly language: string; readonly text: string }[] {
  const text = readFileSync(join(REPO, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }));
}

const blocks = blocksOf('README.md');

/** The one block of README.md in a language that holds this text. */
function block(language: string, text: string, from = blocks): string {
  const found = from.filter((each) => each.language === language && each.text.includes(text));
  expect(found, text).toHaveLength(1);
  return found[0]?.text ?? '';
}

/** A line of a shell: variables before the program, then `node` and its arguments. */
function commandIn(text: string): { readonly env: Record<string, string>; readonly args: readonly string[] } {
  const line = text.split('\n').find((each) => /\bnode --/.test(each)) ?? '';
  const words = [...(/^export (.*)$/m.exec(text)?.[1]?.split(' ') ?? []), ...line.trim().split(' ')];
  const args = words.slice(words.indexOf('node') + 1);
  const env = words.slice(0, words.indexOf('node')).map((word) => word.split('='));
  return { env: Object.fromEntries(env) as Record<string, string>, args };
}

const SERVER = 'http://127.0.0.1:6600';
const ROUTES = `
const app = express();
app.get('/orders/:id', (request, response) => response.send('order'));
const server = app.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port));
`;

/** An app that serves three requests, its own, and is done. */
const BRIEF = `const express = require('express');${ROUTES.replace("console.log('listening on ' + server.address().port)", 'work()')}
async function work() {
  for (let id = 0; id < 3; id++) await fetch('http://127.0.0.1:' + server.address().port + '/orders/' + id);
  server.closeAllConnections();
  server.close();
}
`;

/** Runs Express by a command of the README, makes three requests and ends it; brings what it printed and sent. */
async function run(app: App, { env, args }: ReturnType<typeof commandIn>) {
  const server = await startDevServer({ port: 0 });
  try {
    const variables = { STARDUST_APP_ID: 'shop', ...env, STARDUST_SERVER: server.url };
    const child = startNode(args, { cwd: app.folder, env: variables });
    await child.said('listening on ');
    const port = Number(/listening on (\d+)/.exec(child.stdout)?.[1]);
    for (let id = 0; id < 3; id++) await request(port, `/orders/${id}`);
    await child.signal('SIGTERM');
    return { ended: await child.ended, names: namesAt(server), url: server.url };
  } finally {
    await server.close();
  }
}

function namesAt(server: DevServer): Record<string, string> {
  const names = server.app('shop')?.names ?? [];
  return Object.fromEntries(names.map(({ name, total, errors }) => [name, `${total}, ${errors} errors`]));
}

function request(port: number, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume().once('end', resolve);
    }).once('error', reject);
  });
}

/** Without what differs from machine to machine. */
function alike(lines: string): string {
  return lines
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, SERVER)
    .replace(/\b[\d.]+@\d+/g, '<ip>@<pid>')
    .trim();
}

describe('README.md, in a fresh folder', { timeout: 120_000 }, () => {
  let app: App;
  let installMs = 0;
  const write = (file: string, text: string) => writeFileSync(join(app.folder, file), text);

  beforeAll(async () => {
    const { tarball } = await packed();
    const install = block('sh', 'npm install').trim().split(' ').slice(2);
    const packages = install.map((each) => (each === 'opentelemetry-stardust' ? tarball : each));
    const began = performance.now();
    app = await appWith(process.execPath, [...packages, 'express@5']);
    installMs = performance.now() - began;
    write('app.js', `const express = require('express');${ROUTES}`);
    write('app.mjs', `import express from 'express';${ROUTES}`);
    write('instrument.cjs', block('js', 'new NodeSDK'));
    write('instrument.mjs', block('js', 'hook.mjs'));
  }, 300_000);

  const zeroCode = commandIn(block('sh', 'opentelemetry-stardust/register'));
  const byHand = commandIn(block('sh', 'instrument.cjs'));
  const hooked = { ...byHand, args: ['--import', './instrument.mjs', 'app.mjs'] };

  it('installs without a conflict', () => {
    expect(app.stderr).not.toMatch(/ERESOLVE|EBADENGINE|peer/i);
  });

  it.each([
    ['the first lines', zeroCode],
    ['the first lines for an ES module', { ...zeroCode, args: [...zeroCode.args.slice(0, -1), 'app.mjs'] }],
    ['instrument.cjs', byHand],
    ['instrument.mjs', hooked],
  ])('%s count each request under its route, and SIGTERM sends the last', async (_, command) => {
    const { ended, names } = await run(app, command);
    expect(ended.signal).toBe('SIGTERM');
    expect(names).toMatchObject({ '/orders/:id': '3, 0 errors' });
  });

  it('shows what the terminal shows', async () => {
    const { ended } = await run(app, zeroCode);
    expect(alike(ended.stderr)).toBe(alike(block('', 'reporting as shop')));
  });

  it.skipIf(skipped).each([
    ['README.md', 'en-GB', 'Operations'],
    ['README.zh-CN.md', 'zh-CN', '跟踪项'],
  ])(
    '%s, pasted into a shell, brings figures to the page in under three minutes',
    async (readme, locale, tab) => {
      const began = performance.now();
      const text = readFileSync(join(REPO, readme), 'utf8');
      const [, command = ''] = /`npx (opentelemetry-stardust dev)`/.exec(text) ?? [];
      const [name = '', ...args] = command.split(' ');
      const bin = join(app.folder, 'node_modules/.bin', name);
      const stand = startNode([bin, ...args, '--port', '0', '--json'], { cwd: app.folder });
      try {
        await stand.said('}');
        const { url } = JSON.parse(stand.stdout) as { url: string };
        write('brief.js', BRIEF);
        const lines = block('sh', 'opentelemetry-stardust/register', blocksOf(readme));
        const pasted = lines.replace(SERVER, url).replace('app.js', 'brief.js');
        expect(await runNode(['-c', pasted], { node: 'sh', cwd: app.folder })).toMatchObject({ code: 0 });
        const page = await open({ url }, '/', { locale });
        await page.getByRole('link', { name: tab, exact: true }).waitFor();
        const row = page
          .getByRole('row')
          .filter({ has: page.getByRole('rowheader', { name: '/orders/:id' }) });
        expect((await row.getByRole('cell').allTextContents())[2]).toBe('3');
      } finally {
        stand.kill();
      }
      expect(installMs + performance.now() - began).toBeLessThan(180_000);
      console.info(
        `${readme}: figures on the page after ${Math.round((installMs + performance.now() - began) / 1_000)} s`,
      );
    },
  );

  it('has a provider in TypeScript that compiles and reports', async () => {
    const source = block('ts', 'NodeTracerProvider');
    expect(await compiled(source, app)).toBe('');
    const server = await startDevServer({ port: 0 });
    try {
      const options = { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } };
      const { outputText } = ts.transpileModule(source.replace(SERVER, server.url), options);
      write('provider.mjs', outputText);
      write(
        'work.mjs',
        "import { provider } from './provider.mjs';\n" +
          "provider.getTracer('shop').startSpan('work').end();\nawait provider.shutdown();\n",
      );
      const { code } = await startNode(['work.mjs'], { cwd: app.folder }).ended;
      expect(code).toBe(0);
      expect(namesAt(server)).toEqual({ work: '1, 0 errors' });
    } finally {
      await server.close();
    }
  });

  it.each([
    ['README.md', 'import orders'],
    ['README.zh-CN.md', '导入订单'],
  ])('%s has a span by hand that counts with its error', async (page, name) => {
    write('app-by-hand.js', block('js', 'recordException', blocksOf(page)));
    const server = await startDevServer({ port: 0 });
    try {
      const args = [...zeroCode.args.slice(0, -1), 'app-by-hand.js'];
      const env = { ...zeroCode.env, STARDUST_SERVER: server.url };
      expect(await startNode(args, { cwd: app.folder, env }).ended).toMatchObject({ code: 0 });
      expect(namesAt(server)).toEqual({ [name]: '1, 1 errors', 'ex:Error': '1, 0 errors' });
    } finally {
      await server.close();
    }
  });
});

it('README.zh-CN.md has the code of README.md, but for its texts', () => {
  const code = (page: string) => blocksOf(page).map(({ text }) => text.replace(/'[^'\n]*'/g, "''"));
  expect(code('README.zh-CN.md')).toEqual(code('README.md'));
});
