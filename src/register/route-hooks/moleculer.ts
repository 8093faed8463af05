import { tellError, tellRoute } from './request-route.ts';

interface Alias {
  /** With the prefix of its routes; absent where a path names the action itself. */
  readonly fullPath?: string;
}
interface Gateway {
  readonly methods: {
    aliasHandler(request: unknown, response: unknown, alias: Alias): unknown;
    sendError(request: unknown, response: unknown, error: unknown): unknown;
  };
}

/** Moleculer's gateway is a service that others are mixed with; its methods know each request's alias and error. */
export function hookMoleculer(exports: Gateway | { readonly default: Gateway }): void {
  const { methods } = 'default' in exports ? exports.default : exports;
  const { aliasHandler, sendError } = methods;
  methods.aliasHandler = function (request, response, alias) {
    tellRoute(alias.fullPath);
    return aliasHandler.call(this, request, response, alias);
  };
  methods.sendError = function (request, response, error) {
    tellError(error);
    return sendError.call(this, request, response, error);
  };
}
