import { join } from 'node:path';
import { examples } from '../support/examples/example.ts';
import { REPO } from '../support/processes/built.ts';
import { BUNDLERS, FORMATS, LINES, MANAGERS, NODES } from './legs.ts';
import type { Result, Results } from './results.ts';

export const PAGE = join(REPO, 'docs/compatibility.md');

const LINE_TITLES = {
  'otel2.0': 'OpenTelemetry 2.0',
  otel2: 'OpenTelemetry 2, newest',
  otel3: 'OpenTelemetry 3, newest',
};

const FORMAT_TITLES = { commonjs: 'CommonJS', esm: 'ES module', typescript: 'TypeScript' };

/** docs/compatibility.md: each cell as it was when last tried. */
export function pageOf(results: Results): string {
  const shown = new Map<string, Result>();
  const cell = (title: string): string => {
    const result = results[title];
    if (result === undefined) return 'not run yet';
    shown.set(title, result);
    if (result.verdict === 'works') return '✓';
    return result.verdict === 'fails' ? '✗' : '–';
  };
  const formats = Object.keys(FORMATS);
  const runtimes = tableOf(
    ['', '', ...formats.map((format) => FORMAT_TITLES[format as keyof typeof FORMATS])],
    NODES.flatMap((node) =>
      (Object.keys(LINES) as (keyof typeof LINES)[]).map((line) => [
        `Node ${node}`,
        LINE_TITLES[line],
        ...formats.map((format) => cell(`node${node} ${line} ${format}`)),
      ]),
    ),
  );
  const frameworks = tableOf(
    ['example', 'framework', 'OpenTelemetry 2, Node 20', 'OpenTelemetry 3, Node 24'],
    examples().map(({ name, title }) => [
      `[${title}](examples/${name})`,
      frameworkIn(results[`example ${name} otel3`] ?? results[`example ${name} otel2`]),
      cell(`example ${name} otel2`),
      cell(`example ${name} otel3`),
    ]),
  );
  const managers = tableOf(
    ['', '`--import`', '`--require`'],
    Object.entries(MANAGERS).map(([name, { title }]) => [
      title,
      cell(`manager ${name} import`),
      cell(`manager ${name} require`),
    ]),
  );
  const bundlers = tableOf(
    ['', 'app bundled, packages external', 'packages bundled too', '`stardust()` bundled'],
    BUNDLERS.map((name) => [
      name,
      cell(`bundler ${name} external`),
      cell(`bundler ${name} whole`),
      cell(`bundler ${name} code`),
    ]),
  );
  return `${TEXT(runtimes, frameworks, managers, bundlers)}\n${reasonsOf(shown)}`;
}

const TEXT = (runtimes: string, frameworks: string, managers: string, bundlers: string) => `\
<!-- Written by \`npm run test:matrix -- --write\`: edit test/matrix/page.ts. -->
# What it was tried with

Each cell is a program that was run with the packed package, as a user would install it: its names and counts were
exact, nothing was printed that should not be, and it ended as it does without \`register\`. ✓ works, ✗ does not,
– cannot be or could not be tried; the reasons and the days are [below](#the-cells). \`npm run test:matrix\` in a clone
of this project runs all cells, \`-- --only "node24 otel3 esm"\` some, \`-- --write\` writes this page.

## Node and OpenTelemetry

Express and Nest (4 and 10 with OpenTelemetry 2.0, whose instrumentations see no newer ones) under \`register\`, by \`--import\` and \`--require\`, ended by SIGTERM, SIGINT, \`process.exit()\` and by
themselves. TypeScript is run by \`tsx\`.

${runtimes}
## Frameworks

The programs in [examples](examples/README.md), each with the newest version in its range.

${frameworks}
## Package managers

Express under \`register\` on Node 24 with the newest OpenTelemetry.

- pnpm stops at packages that would run a script when they are installed, until you decide: \`protobufjs\`, which
  OpenTelemetry brings, needs none (\`allowBuilds: { protobufjs: false }\` in \`pnpm-workspace.yaml\`).
- With Yarn's PnP, start the app by \`yarn node\`, which loads PnP first. Yarn warns that OpenTelemetry's packages miss
  their peer \`@opentelemetry/core\`; they find it nevertheless, and adding it by name ends the warning.

${managers}
## Bundlers

An instrumentation sees a package when Node loads it. What is inside a bundle is never loaded: its routes and
statements are not seen, only \`http\`, \`https\` and \`fetch\` are. So leave external (\`external\`, \`externals\`,
\`--external:…\`):

- \`opentelemetry-stardust\`, and all of \`@opentelemetry/\`;
- the frameworks and drivers whose routes and calls you want to see, such as \`express\` or \`pg\`.

Then start the bundle as any app: \`node --import opentelemetry-stardust/register dist/app.js\`. The second column
shows what is left when packages are bundled: every request counts once, under its path instead of its route. The
third is a program that calls \`stardust()\` itself, bundled with all its packages.

${bundlers}`;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** The framework's own version: the last of a cell's. */
function frameworkIn(result: Result | undefined): string {
  return result?.versions?.split(', ')[2] ?? '';
}

function reasonsOf(shown: ReadonlyMap<string, Result>): string {
  const rows = [...shown].map(([title, { verdict, reason = '', versions = '', date }]) => [
    `\`${title}\``,
    verdict,
    date,
    versions,
    reason,
  ]);
  return `## The cells\n\n${tableOf(['cell', 'result', 'day', 'with', 'reason'], rows)}`;
}
