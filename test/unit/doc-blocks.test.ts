import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const REPO = join(import.meta.dirname, '../..');
const FOLDERS = ['.', 'docs', 'docs/zh-CN'];
const pages = FOLDERS.flatMap((folder) =>
  readdirSync(join(REPO, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);
const textOf = (page: string) => readFileSync(join(REPO, page), 'utf8');

/** What a block that is a part of a file takes from the rest of it. */
const REST: Readonly<Record<string, string>> = {
  stardust: `import { stardust } from 'opentelemetry-stardust';`,
  StardustExporter: `import { StardustExporter } from 'opentelemetry-stardust';`,
  StardustSpanProcessor: `import { StardustSpanProcessor } from 'opentelemetry-stardust';`,
  NodeTracerProvider: `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';`,
  ParentBasedSampler: `import { ParentBasedSampler } from '@opentelemetry/sdk-trace-base';`,
  TraceIdRatioBasedSampler: `import { TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';`,
  registerInstrumentations: `import { registerInstrumentations } from '@opentelemetry/instrumentation';`,
  getNodeAutoInstrumentations: `import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';`,
  getRPCMetadata: `import { getRPCMetadata } from '@opentelemetry/core';`,
  context: `import { context } from '@opentelemetry/api';`,
  trace: `import { trace } from '@opentelemetry/api';`,
  createLogger: `import { createLogger } from 'winston';`,
  format: `import { format } from 'winston';`,
  transports: `import { transports } from 'winston';`,
  processor: `const processor = new (await import('opentelemetry-stardust')).StardustSpanProcessor();`,
  work: 'const work = async (event) => event;',
  doSomething: 'const doSomething = async (batch) => batch;',
  defineNitroPlugin: 'const defineNitroPlugin = (plugin) => plugin;',
};

interface Block {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

const blocks = pages.flatMap((page) =>
  [...textOf(page).matchAll(/^```(js|ts)\n(.*?)^```/gms)].map(
    ([, language = '', text = ''], index): Block => {
      const rest = Object.entries(REST).filter(([name]) => isMissing(name, text));
      const end =
        language === 'ts' ? 'mts' : /\brequire\(|\bexports\b/.test(text) && rest.length === 0 ? 'cjs' : 'mjs';
      const file = join(REPO, `test/unit/${page.replace(/\W/g, '-')}-${index}.${end}`);
      return {
        name: `${page}, block ${index + 1}`,
        file,
        text: [...rest.map(([, line]) => line), text].join('\n'),
      };
    },
  ),
);

/** Whether a block uses a name that it neither imports nor declares. */
function isMissing(name: string, text: string): boolean {
  const code = text.replace(/\/\/.*$|'[^'\n]*'/gm, '');
  const uses = new RegExp(`(?<![.\\w])${name}\\b(?!:)`);
  const declares = new RegExp(`\\b(?:import|const|let|function)\\b[^=;(]*\\b${name}\\b`);
  return uses.test(code) && !declares.test(code);
}

/** What the compiler says of files that the reader has, and of an address that a server has once it listens. */
function isOfReader(message: string): boolean {
  return /^Cannot find module '\.|^Relative import paths|'port' does not exist on type 'string/.test(message);
}

describe('a block of code of the docs', () => {
  const faults = new Map<string, string[]>();

  beforeAll(() => {
    const options: ts.CompilerOptions = {
      allowJs: true,
      checkJs: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      allowImportingTsExtensions: true,
      // As JavaScript is written: without types of its own.
      strict: false,
      skipLibCheck: true,
      noEmit: true,
      types: ['node', 'vitest/globals'],
      paths: {
        'opentelemetry-stardust': [join(REPO, 'src/index.ts')],
        'opentelemetry-stardust/dev': [join(REPO, 'src/dev/index.ts')],
        'opentelemetry-stardust/register': [join(REPO, 'src/register.ts')],
      },
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists, readFile } = host;
    const texts = new Map(blocks.map(({ file, text }) => [file, text]));
    host.fileExists = (file) => texts.has(file) || fileExists(file);
    host.readFile = (file) => texts.get(file) ?? readFile(file);
    host.getSourceFile = (file, language) => {
      const text = texts.get(file);
      return text === undefined ? getSourceFile(file, language) : ts.createSourceFile(file, text, language);
    };
    const program = ts.createProgram([...texts.keys()], options, host);
    for (const { name, file } of blocks) {
      const source = program.getSourceFile(file);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      const messages = found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
      faults.set(
        name,
        messages.filter((message) => !isOfReader(message)),
      );
    }
  }, 60_000);

  test('is found on many pages', () => expect(blocks.length).toBeGreaterThan(20));

  test.each(blocks.map(({ name }) => name))('compiles: %s', (name) => {
    expect(faults.get(name)).toEqual([]);
  });
});

const docs = pages.map(textOf).join('\n');

test.each(['src/index.ts', 'src/dev/index.ts'])(
  'each function and class that %s exports is in the docs',
  (entry) => {
    const values = textOf(entry).replace(/export type \{[^}]*\}[^;]*;|\btype \w+,?/g, '');
    const names = [...values.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(docs))).toEqual([]);
  },
);
