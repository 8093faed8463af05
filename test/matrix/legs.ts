/** The packages of a line of OpenTelemetry, as a user would name them in `package.json`. */
export const LINES = {
  /** The first release of the second line. */
  'otel2.0': {
    '@opentelemetry/api': '~1.9.0',
    '@opentelemetry/sdk-node': '0.200.0',
    '@opentelemetry/auto-instrumentations-node': '0.57.0',
  },
  /** The newest release of the second line. */
  otel2: {
    '@opentelemetry/api': '~1.9.0',
    '@opentelemetry/sdk-node': '^0.223.0',
    '@opentelemetry/auto-instrumentations-node': '^0.81.0',
  },
  /** The newest release of the third line, which is the newest of all. */
  otel3: {
    '@opentelemetry/api': '*',
    '@opentelemetry/sdk-node': '*',
    '@opentelemetry/auto-instrumentations-node': '*',
  },
} as const;

export type Line = keyof typeof LINES;

/** What is given to `npm install` for a line. */
export function packagesOf(line: Line): string[] {
  return Object.entries(LINES[line]).map(([name, range]) => (range === '*' ? name : `${name}@${range}`));
}

/** The oldest version that is promised, and the newest of each line of Node. */
export const NODES = ['20.18.1', '22', '24', '26'] as const;

export const FORMATS = {
  commonjs: { express: 'express.cjs', nest: 'nest.cjs' },
  esm: { express: 'express.mjs', nest: 'nest.mjs' },
  typescript: { express: 'express.ts', nest: undefined },
} as const;

export const EXPRESS = { express: '^5.0.0' };
const NEST = {
  '@nestjs/common': '^11.0.0',
  '@nestjs/core': '^11.0.0',
  '@nestjs/platform-express': '^11.0.0',
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.0.0',
};
/** What the instrumentations of the first release of the second line see. */
const OF_FIRST_RELEASE = {
  ...NEST,
  express: '^4.0.0',
  '@nestjs/common': '^10.0.0',
  '@nestjs/core': '^10.0.0',
  '@nestjs/platform-express': '^10.0.0',
};

/** The frameworks that are run with a line. */
export function frameworksOf(line: Line): Record<string, string> {
  return line === 'otel2.0' ? OF_FIRST_RELEASE : { ...EXPRESS, ...NEST };
}

/** Package managers, all on Node 24 with the newest OpenTelemetry: the tool, and the files that its app needs. */
export const MANAGERS = {
  npm: { title: 'npm', cli: { package: 'npm', file: 'bin/npm-cli.js' }, files: {} },
  pnpm: {
    title: 'pnpm',
    cli: { package: 'pnpm', file: 'bin/pnpm.mjs' },
    // pnpm asks about each package that would run a script when installed.
    files: { 'pnpm-workspace.yaml': 'allowBuilds:\n  protobufjs: false\n' },
  },
  yarn: {
    title: 'Yarn, `node-modules`',
    cli: { package: '@yarnpkg/cli-dist', file: 'bin/yarn.js' },
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n', 'yarn.lock': '' },
  },
  'yarn-pnp': {
    title: 'Yarn, PnP',
    cli: { package: '@yarnpkg/cli-dist', file: 'bin/yarn.js' },
    files: { '.yarnrc.yml': 'nodeLinker: pnp\nenableTelemetry: false\n', 'yarn.lock': '' },
  },
} as const;

export const BUNDLERS = ['esbuild', 'rollup', 'webpack', 'ncc'] as const;
