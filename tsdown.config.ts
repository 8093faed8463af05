import { defineConfig } from 'tsdown';

/** What users import, and so has types. */
const ENTRIES = { index: 'src/index.ts', dev: 'src/dev/index.ts', register: 'src/register.ts' };

interface Chunk {
  readonly name: string;
  readonly isEntry?: boolean;
  readonly exports: readonly string[];
}

/**
 * The package is built once, as CommonJS: an app that imports it and one that requires it have the same objects. What
 * `import` finds are thin ES modules and their types.
 */
const esModules = {
  name: 'es-modules',
  generateBundle(
    this: { emitFile(file: { type: 'asset'; fileName: string; source: string }): void },
    _: unknown,
    bundle: object,
  ) {
    const emit = (fileName: string, source: string) => this.emitFile({ type: 'asset', fileName, source });
    for (const { name, isEntry, exports } of Object.values(bundle) as Chunk[]) {
      if (isEntry !== true || !(name in ENTRIES)) continue;
      const names = exports.length === 0 ? '' : `{ ${exports.join(', ')} } from `;
      emit(`${name}.js`, `${names === '' ? 'import' : 'export'} ${names}'./${name}.cjs';\n`);
      emit(`${name}.d.ts`, names === '' ? 'export {};\n' : `export * from './${name}.cjs';\n`);
    }
    emit('cli.js', "#!/usr/bin/env node\nimport './cli.cjs';\n");
  },
};

/**
 * Rooms whose code runs when something of it is first used: an import runs none of it. Their files are read at once,
 * since a process may have no descriptor left by then.
 */
const LATER = {
  redaction: /\/src\/(?:redact|sql)\//,
  delivery: /\/src\/(?:delivery|session|transport|backlog)\//,
};
/** Modules of Node.js that are loaded when they are first used. */
const LATER_OF_NODE = ['node:fs/promises', 'node:net', 'node:v8', 'node:zlib'];

const loadLater = {
  name: 'load-later',
  renderChunk(code: string, { name }: { readonly name: string }): string {
    const called = Object.keys(LATER).reduce((text, room) => {
      const [, variable] = requiring(`./${room}.cjs`, text) ?? [];
      return variable === undefined ? text : calling(variable, text);
    }, code);
    const loaded = LATER_OF_NODE.reduce((text, module) => {
      const [line, variable] = requiring(module, text) ?? [];
      if (line === undefined || variable === undefined) return text;
      const later = `let loaded_${variable};\nconst ${variable} = () => loaded_${variable} ??= require("${module}");`;
      return calling(variable, text).replace(line, later);
    }, called);
    return name in LATER ? runningLater(loaded) : loaded;
  },
};

/** The line `const x = require('…')` of a module, and its `x`. */
function requiring(module: string, code: string): RegExpExecArray | null {
  return new RegExp(`^(?:const|let) (\\w+) = require\\(["']${module}["']\\);$`, 'm').exec(code);
}

/** Each `x.y` as `(x().y)`. */
function calling(variable: string, code: string): string {
  return code.replace(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'), `(${variable}().$1)`);
}

/** A file that reads those it needs at once, and exports a function that runs the rest and returns its exports. */
function runningLater(code: string): string {
  const needed = /^const \w+ = require\('\.\/[\w-]+\.cjs'\);\n/gm;
  return [
    'let ran;',
    'module.exports = () => ran ??= run({});',
    ...(code.match(needed) ?? []),
    `function run(exports) {\n${code.replace(needed, '')}\nreturn exports;\n}`,
  ].join('\n');
}

export default defineConfig([
  {
    entry: {
      ...ENTRIES,
      cli: 'src/cli.ts',
      diagnose: 'src/diagnose.ts',
      'last-counts': 'src/lifecycle/last-counts-thread.ts',
    },
    format: 'cjs',
    platform: 'node',
    target: 'node20.18',
    fixedExtension: false,
    hash: false,
    dts: { entry: Object.values(ENTRIES) },
    // A third less to install and to parse. The names of functions and classes stay, for stacks.
    minify: {
      compress: true,
      mangle: { toplevel: false, keepNames: true },
      codegen: { removeWhitespace: true },
    },
    plugins: [esModules, loadLater],
    inputOptions: { preserveEntrySignatures: 'allow-extension' },
    outputOptions: {
      // Jest cannot do `import()` in CommonJS.
      dynamicImportInCjs: false,
      // In a file of its own: otherwise every entry loads the one that it happens to be put in.
      codeSplitting: {
        // Only what the rooms hold, not what they share with others.
        includeDependenciesRecursively: false,
        groups: [
          { name: 'runtime', test: 'rolldown/runtime' },
          // All rooms need it, and the thread that delivers the last counts nothing above them.
          { name: 'ground', test: /\/src\/runtime\// },
          ...Object.entries(LATER).map(([name, room]) => ({
            name,
            test: (file: string) => room.test(file) && !file.endsWith('.d.ts'),
          })),
        ],
      },
      // They are for readers of the source; the types keep theirs.
      comments: { jsdoc: false },
    },
  },
  {
    entry: { page: 'src/dev/page/page.tsx' },
    outDir: 'dist/page',
    platform: 'browser',
    target: 'es2023',
    tsconfig: 'src/dev/page/tsconfig.json',
    minify: true,
    dts: false,
    clean: false,
    copy: ['src/dev/page/index.html', 'src/dev/page/page.css', 'src/dev/page/icon.svg'],
  },
]);
