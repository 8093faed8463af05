// node bundle.mjs <bundler> <entry> <output> [--external]: bundles as that bundler's own guide tells for Node.
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const [bundler, entry, output, external] = process.argv.slice(2);
const isPackage = (id) => !/^(?:[./]|node:)/.test(id);

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild');
    const packages = external ? 'external' : 'bundle';
    await build({
      entryPoints: [entry],
      outfile: output,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages,
    });
  },
  async rollup() {
    const { rollup } = await import('rollup');
    const plugins = await Promise.all([
      import('@rollup/plugin-commonjs'),
      import('@rollup/plugin-json'),
      import('@rollup/plugin-node-resolve'),
    ]);
    const [commonjs, json, nodeResolve] = plugins.map((plugin) => plugin.default);
    const bundle = await rollup({
      input: resolve(entry),
      external: external ? isPackage : [],
      plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()],
      onwarn: () => {},
    });
    await bundle.write({ file: output, format: 'cjs', inlineDynamicImports: true });
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const leaveOut = ({ request }, done) => (isPackage(request) ? done(null, `commonjs ${request}`) : done());
    const compiler = webpack({
      mode: 'production',
      target: 'node',
      entry: resolve(entry),
      output: { path: dirname(resolve(output)), filename: output.split('/').at(-1) },
      externals: external ? [leaveOut] : [],
    });
    const stats = await new Promise((done, fail) =>
      compiler.run((error, made) => (error ? fail(error) : done(made))),
    );
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
  async ncc() {
    const { default: ncc } = await import('@vercel/ncc');
    const externals = external ? ['express', 'opentelemetry-stardust'] : [];
    const { code, assets } = await ncc(resolve(entry), { externals, quiet: true });
    for (const [name, { source }] of Object.entries(assets))
      writeFileSync(resolve(dirname(output), name), source);
    writeFileSync(output, code);
  },
};

await bundlers[bundler]();
