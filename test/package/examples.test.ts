import { expect, test } from 'vitest';
import { LINES } from '../matrix/legs.ts';
import { example } from '../support/examples/example.ts';
import { expectExample, installExample, runExample } from '../support/examples/run-example.ts';

// A slice of docs/examples; `npm run test:matrix` runs them all, on both lines of OpenTelemetry.
test.concurrent.each(['script', 'express', 'fastify', 'typescript'])(
  'the example %s counts what its table states',
  { timeout: 300_000 },
  async (name) => {
    const chosen = example(name);
    const app = await installExample(chosen, process.execPath, LINES.otel2);
    expect(app.stderr).not.toMatch(/ERESOLVE/);
    expectExample(chosen, await runExample(chosen, app));
  },
);
