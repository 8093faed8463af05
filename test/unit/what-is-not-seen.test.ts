import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unseenFindings } from '../../src/cli/app/judge-unseen.ts';
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts';
import { logApiCopies } from '../../src/register/api-copies.ts';
import type { Packages } from '../../src/register/packages.ts';
import { temporaryFolder } from '../support/folders.ts';
import { logLines } from '../support/harness.ts';

describe('check tells of an app that depends on', () => {
  const found = (
    dependencies: readonly string[],
    hasRouteHooks = false,
    only: 'dependencies' | 'devDependencies' = 'dependencies',
  ) => {
    const folder = realpathSync(temporaryFolder());
    mkdirSync(join(folder, 'src'));
    const versions = Object.fromEntries(dependencies.map((name) => [name, '1']));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ [only]: versions }));
    const app = { script: join(folder, 'src/main.js'), hasRouteHooks } as Diagnosis;
    return [...unseenFindings(app)];
  };

  test.each([
    [['express', 'pg'], false, []],
    [['fastify'], false, ['The routes of fastify are not recorded']],
    [['fastify'], true, []],
    [['fastify', '@fastify/otel'], false, []],
    [['hono', '@trpc/server', 'egg', '@loopback/rest'], true, []],
    [['@loopback/rest'], false, ['The routes of @loopback/rest are not recorded']],
    [
      ['@midwayjs/core', 'polka', 'postgres'],
      true,
      ['The routes of @midwayjs/core are not recorded', 'The calls of postgres are not recorded'],
    ],
    [['@prisma/client'], true, ['The calls of @prisma/client are not recorded']],
    [['@prisma/client', '@prisma/instrumentation'], true, []],
    [['@nestjs/microservices'], true, ['The messages that @nestjs/microservices answers are not recorded']],
    [['@nestjs/microservices', 'kafkajs'], true, []],
    [['constructor'], false, []],
  ])('%j, with route hooks %s', (dependencies, hasRouteHooks, texts) => {
    const findings = found(dependencies, hasRouteHooks);
    expect(findings.map(({ text }) => text.split(':', 1)[0])).toEqual(texts);
    for (const { verdict, fix } of findings) {
      expect(verdict).toBe('warning');
      expect(fix).toMatch(/^[A-Z].+|^[a-z]+[.(:[]/);
    }
  });

  test('what a bundler takes into the app, also if only its development depends on it', () => {
    const findings = found(['@sveltejs/kit', 'fastify'], false, 'devDependencies');
    expect(findings.map(({ fix }) => fix)).toEqual([expect.stringContaining('event.route.id')]);
  });

  // In Nuxt, pages have one route for all, and what a page asks of its own server has another.
  test('Nuxt, and where the plugin is that tells its routes', () => {
    const [finding] = found(['nuxt'], true, 'devDependencies');
    const [, anchor = ''] = /#([-a-z]+)/.exec(finding?.fix ?? '') ?? [];
    const page = readFileSync(join(import.meta.dirname, '../../docs/frameworks.md'), 'utf8');
    const sections = page.split(/^## /m);
    const section = sections.find(
      (text) => text.split('\n', 1)[0]?.toLowerCase().replaceAll(' ', '-') === anchor,
    );
    expect(section).toContain('defineNitroPlugin');
  });

  test('nothing, where the manifest cannot be read or there is none', () => {
    const folder = realpathSync(temporaryFolder());
    writeFileSync(join(folder, 'package.json'), '{');
    const app = { hasRouteHooks: false } as Diagnosis;
    expect([...unseenFindings({ ...app, script: join(folder, 'app.js') })]).toEqual([]);
    expect([...unseenFindings({ ...app, script: undefined })]).toEqual([]);
  });
});

describe('a second copy of the api', () => {
  const packages = { besideInstrumentation: createRequire(import.meta.url) } as Packages;

  test('is logged with both paths', () => {
    const folder = realpathSync(temporaryFolder());
    const copy = join(folder, 'node_modules/@opentelemetry/api');
    mkdirSync(copy, { recursive: true });
    writeFileSync(
      join(copy, 'package.json'),
      JSON.stringify({ name: '@opentelemetry/api', main: 'index.js' }),
    );
    writeFileSync(join(copy, 'index.js'), '');
    writeFileSync(join(folder, 'app.js'), '');
    const lines = logLines();
    logApiCopies(join(folder, 'app.js'), packages);
    expect(lines).toEqual([expect.stringMatching(/^warn .*2 copies of @opentelemetry\/api/)]);
    expect(lines[0]).toContain(copy);
    expect(lines[0]).toContain(join(import.meta.dirname, '../../node_modules/@opentelemetry/api'));
  });

  test('is not, where all share one', () => {
    const lines = logLines();
    logApiCopies(join(import.meta.dirname, 'app.js'), packages);
    expect(lines).toEqual([]);
  });
});
