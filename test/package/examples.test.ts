import { beforeAll, expect, test } from 'vitest';
import { LINES } from '../matrix/legs.ts';
import { example } from '../support/examples/example.ts';
import { expectExample, installExample, runExample } from '../support/examples/run-example.ts';
import type { App } from '../support/package/npm.ts';

// A slice of docs/examples; `npm run test:matrix` runs them all, on both lines of OpenTelemetry.
const NAMES = ['script', 'express', 'fastify', 'typescript'];

const apps = new Map<string, App>();
beforeAll(async () => {
  const install = async (name: string) =>
    apps.set(name, await installExample(example(name), process.execPath, LINES.otel2));
  await Promise.all(NAMES.map(install));
}, 300_000);

test.each(NAMES)('the example %s counts what its table states', { timeout: 300_000 }, async (name) => {
  const app = apps.get(name) as App;
  expect(app.stderr).not.toMatch(/ERESOLVE/);
  expectExample(example(name), await runExample(example(name), app));
});
