// The built package that a program measures: that of this tree, or the one that `bench:check` compares it with.
export const { stardust, StardustExporter, StardustPropagator, StardustSpanProcessor } = await import(
  process.env.BENCH_PACKAGE ?? '../../dist/index.js'
);
