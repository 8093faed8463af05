import { routeAndPath, tellError, tellRoute } from './request-route.ts';

interface CallOptions {
  readonly path: string;
  next(): Promise<{
    readonly ok: boolean;
    readonly error?: { readonly code?: string; readonly cause?: unknown };
  }>;
}
interface Procedure {
  use(middleware: (options: CallOptions) => unknown): Procedure;
}
interface Root {
  procedure: Procedure;
}
interface Builder {
  create(options?: object): Root;
}

/** Every procedure of an app is made from the one that `create()` gives: a middleware there sees each call. */
export function hookTrpc({ initTRPC }: { readonly initTRPC?: Builder }): void {
  if (initTRPC === undefined) return;
  const prototype = Object.getPrototypeOf(initTRPC) as Builder;
  const { create } = prototype;
  prototype.create = function (options) {
    const root = create.call(this, options);
    return { ...root, procedure: root.procedure.use(watchCall) };
  };
}

async function watchCall({ path, next }: CallOptions): Promise<unknown> {
  const before = routeAndPath();
  if (before !== undefined) tellRoute(routeOf(before, path));
  const result = await next();
  if (!result.ok && result.error?.code === 'INTERNAL_SERVER_ERROR') {
    tellError(result.error.cause ?? result.error);
  }
  return result;
}

/** A batch names its procedures in the path's last part, in any order: different ones read as `*`. */
function routeOf(
  before: { readonly path: string; readonly route: string | undefined },
  procedure: string,
): string {
  const mount = before.path.slice(0, before.path.lastIndexOf('/'));
  const route = `${mount}/${procedure}`;
  const isFirst = !before.route?.startsWith(`${mount}/`) || isPattern(before.route);
  return isFirst || before.route === route ? route : `${mount}/*`;
}

/** What the server in front knows: `/trpc/:path`, `/api/trpc/[trpc]`, `/trpc`. */
function isPattern(route: string | undefined): boolean {
  return route !== undefined && /[:[{]/.test(route);
}
