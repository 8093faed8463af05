import { subscribe } from 'node:diagnostics_channel';
import { tellError, tellRoute } from './request-route.ts';

interface FastifyRequest {
  /** Since 4.10; absent where no route fits. */
  readonly routeOptions?: { readonly url?: string };
  /** Before that. */
  readonly routerPath?: string;
}

interface Fastify {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: unknown, done: () => void) => void): void;
  addHook(
    name: 'onError',
    hook: (request: unknown, reply: unknown, error: unknown, done: () => void) => void,
  ): void;
}

/** Fastify publishes each instance as it is made; its hooks then know each request's route and error. */
export function hookFastify(): void {
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: Fastify };
    fastify.addHook('onRequest', (request, _reply, done) => {
      tellRoute(routeOf(request));
      done();
    });
    fastify.addHook('onError', (_request, _reply, error, done) => {
      tellError(error);
      done();
    });
  });
}

/** Where there are options, the former property warns of itself. */
function routeOf(request: FastifyRequest): string | undefined {
  const { routeOptions } = request;
  return routeOptions === undefined ? request.routerPath : routeOptions.url;
}
