import { type GraphqlResult, tellGraphqlErrors } from './graphql-errors.ts';
import { replacedExport } from './replaced-export.ts';

interface Options {
  readonly plugins?: readonly unknown[];
}
interface Exports {
  readonly createYoga: (options: Options) => object;
}

/** GraphQL Yoga executes by itself, so that the instrumentation of `graphql` sees nothing; its plugins do. */
export function hookGraphqlYoga(exports: Exports): unknown {
  const { createYoga } = exports;
  return replacedExport(exports, 'createYoga', (options: Options = {}) =>
    createYoga({ ...options, plugins: [...(options.plugins ?? []), TELLING] }),
  );
}

const TELLING = {
  onExecute: () => ({
    onExecuteDone: ({ result }: { readonly result: GraphqlResult }) => tellGraphqlErrors(result),
  }),
};
