import { subscribe } from 'node:diagnostics_channel';
import { activeRequest } from './request-route.ts';

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
    hook: (
      request: unknown,
      reply: unknown,
      error: { readonly statusCode?: number },
      done: () => void,
    ) => void,
  ): void;
}

/** Fastify publishes each instance as it is made; its hooks then know each request's route and error. */
export function hookFastify(): void {
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as { fastify: Fastify };
    fastify.addHook('onRequest', (request, _reply, done) => {
      const active = activeRequest();
      if (active !== undefined) active.route = request.routeOptions?.url ?? request.routerPath;
      done();
    });
    fastify.addHook('onError', (_request, _reply, error, done) => {
      // Errors with a status below are answers, such as those of validation.
      if ((error.statusCode ?? 500) >= 500) activeRequest()?.fail(error);
      done();
    });
  });
}
