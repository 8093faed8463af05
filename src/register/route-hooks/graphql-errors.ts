import { tellError } from './request-route.ts';

/** What came of a query; of a subscription or a deferred part it comes in pieces, which tell no errors here. */
export interface GraphqlResult {
  readonly errors?: readonly { readonly originalError?: unknown }[];
}

/** Tells what resolvers threw. An error that GraphQL made itself, of a wrong query, has no original. */
export function tellGraphqlErrors({ errors = [] }: GraphqlResult): void {
  for (const { originalError } of errors) tellError(originalError);
}
