import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Builder, reports } from '../support/harness.ts';
import { built, REPO } from '../support/processes/built.ts';
import { appFolder, startCommand } from '../support/processes/command.ts';
import { liveServer } from '../support/processes/servers.ts';

beforeAll(() => built(), 90_000);

const page = readFileSync(join(REPO, 'docs/logs.md'), 'utf8');
const LOGGERS = ['pino', 'winston'];

/** A trace as a .NET service sends it, and as OpenTelemetry carries it. */
const FROM_NET = `c0000202${Date.now()}0005e19d0`;
const CARRIED = `${FROM_NET}00`;

/** The block of the page behind a mark. */
function block(mark: string): string {
  const [, text] = new RegExp(`<!-- ${mark} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/logs.md has no block "${mark}"`);
  return text;
}

type Line = Readonly<Record<string, unknown>>;

/** Runs a program of the page, calls it once, and brings the log line of the call and the sample of its span. */
async function lineAndSample(
  program: string,
  logger: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const server = await liveServer();
  const cwd = appFolder();
  symlinkSync(join(REPO, 'node_modules', logger), join(cwd, 'node_modules', logger));
  writeFileSync(join(cwd, 'server.cjs'), program);
  const env = { STARDUST_SERVER: server.url, STARDUST_APP_ID: 'shop', PORT: '0' };
  const run = startCommand(['run', '--', 'node', 'server.cjs'], { cwd, env });
  await run.said('listens on ');
  const [, port] = /listens on (\d+)/.exec(run.stdout) ?? [];
  await new Promise((resolve, reject) => {
    get({ port, headers, agent: false }, (response) => response.resume().once('end', resolve)).once(
      'error',
      reject,
    );
  });
  await run.said('order taken');
  run.kill('SIGTERM');
  const { stdout } = await run.ended;
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const samples = reports(server).flatMap(({ builders }) => builders.flatMap(samplesOf));
  return { lines, line: lines.find((each) => JSON.stringify(each).includes('order taken')), samples };
}

function samplesOf({ Name, Samples }: Builder): readonly Line[] {
  return Name.startsWith('/') ? Samples : [];
}

describe.each(LOGGERS)('a log line of %s', { timeout: 60_000 }, (logger) => {
  const program = block(`server: ${logger}`);

  it('carries the ids under which its span is on the console', async () => {
    const { line, samples } = await lineAndSample(program, logger);
    expect(samples).toMatchObject([{ TraceId: line?.trace_id, Id: line?.span_id, TraceFlag: 1 }]);
    expect(line?.trace_flags).toBe('01');
  });

  it('looks as it is shown on the page', async () => {
    const shown = JSON.parse(block(`line: ${logger}`)) as Line;
    const { line, lines } = await lineAndSample(program, logger);
    expect(Object.keys(line ?? {})).toEqual(Object.keys(shown));
    const alike = (each: Line = {}) =>
      Object.fromEntries(
        Object.entries(each).map(([key, value]) => [key, String(value).replace(/\b[\da-f]{16,}\b/, 'id')]),
      );
    for (const own of ['time', 'pid', 'hostname']) expect(typeof line?.[own]).toBe(typeof shown[own]);
    const { time: _t, pid: _p, hostname: _h, ...rest } = alike(shown);
    expect(alike(line)).toMatchObject(rest);
    expect(lines.filter((each) => 'trace_id' in each)).toHaveLength(1);
  });

  it('has two characters more where a .NET service began the chain', async () => {
    const traceparent = `00-${FROM_NET}-c000020219d0000a-00`;
    const { line, samples } = await lineAndSample(program, logger, { traceparent });
    expect(line?.trace_id).toBe(CARRIED);
    expect(samples).toMatchObject([{ TraceId: FROM_NET, Id: line?.span_id }]);
  });

  it('has the id as on the console with the lines of the page', async () => {
    const own = /^const logger = .*\n/m;
    expect(program).toMatch(own);
    const changed = program.replace(own, () => block(`console id: ${logger}`));
    const traceparent = `00-${FROM_NET}-c000020219d0000a-00`;
    const { line, samples } = await lineAndSample(changed, logger, { traceparent });
    expect(line?.trace_id).toBe(FROM_NET);
    expect(samples).toMatchObject([{ TraceId: FROM_NET }]);
    const plain = await lineAndSample(changed, logger);
    expect(plain.samples).toMatchObject([{ TraceId: plain.line?.trace_id }]);
    expect(plain.line?.trace_id).toMatch(/^[\da-f]{32}$/);
  });
});
