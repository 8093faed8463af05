import Module from 'node:module';
import { pathToFileURL } from 'node:url';
import { CACHE, loadedFiles } from './api.ts';

/** A library with an instrumentation, as it was first loaded. */
export interface Library {
  readonly name: string;
  /** `import`: by an ES module. */
  readonly by: 'require' | 'import';
  /** Whether an instrumentation saw it being loaded. */
  readonly isWatched: boolean;
}

/**
 * The libraries that `@opentelemetry/auto-instrumentations-node` instruments, except Node's own modules, `undici`
 * (instrumented by diagnostics channels) and `router` (part of Express).
 */
const INSTRUMENTED = new Set([
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sqs',
  '@aws-sdk/client-sns',
  '@aws-sdk/client-dynamodb',
  '@grpc/grpc-js',
  '@hapi/hapi',
  '@nestjs/core',
  '@redis/client',
  'amqplib',
  'aws-sdk',
  'bunyan',
  'cassandra-driver',
  'connect',
  'dataloader',
  'express',
  'fastify',
  'generic-pool',
  'graphql',
  'ioredis',
  'kafkajs',
  'knex',
  'koa',
  'lru-memoizer',
  'memcached',
  'mongodb',
  'mongoose',
  'mysql',
  'mysql2',
  'openai',
  'oracledb',
  'pg',
  'pino',
  'redis',
  'restify',
  'socket.io',
  'tedious',
  'winston',
]);

/** Files that the SDK itself needs, such as gRPC for an exporter. */
const OF_OPENTELEMETRY = /[\\/]node_modules[\\/](?:@opentelemetry|opentelemetry-stardust)[\\/]/;
const IN_NODE_MODULES = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/;
const BARE = /^((?:@[^\\/]+\/)?[^\\/.][^\\/]*)/;

type Load = (
  request: string,
  parent: { readonly filename?: string } | null | undefined,
  isMain: boolean,
) => unknown;
const loader = Module as unknown as { _load: Load; readonly prototype: { require: unknown } };

/** Watches which libraries are loaded, and whether instrumentations were registered by then. */
export class Libraries {
  readonly #plainRequire = loader.prototype.require;
  readonly #required = new Map<string, boolean>();
  readonly #imported = new Map<string, string>();

  constructor() {
    const load = loader._load;
    const note = this.#note.bind(this);
    loader._load = function (request, parent, isMain) {
      note(request, parent, isMain);
      return load.call(this, request, parent, isMain);
    };
  }

  /** An instrumentation replaces `require` (by require-in-the-middle) to see what is loaded. */
  get isInstrumented(): boolean {
    return loader.prototype.require !== this.#plainRequire;
  }

  seen(): Library[] {
    const required = [...this.#required].map(([name, isWatched]) => ({
      name,
      by: 'require' as const,
      isWatched,
    }));
    const wrapped = wrappedUrls();
    const imported = [...this.#imported].map(([name, file]) => {
      return { name, by: 'import' as const, isWatched: wrapped.has(pathToFileURL(file).href) };
    });
    return [...required, ...imported];
  }

  #note(request: string, parent: Parameters<Load>[1], isMain: boolean): void {
    if (isMain || OF_OPENTELEMETRY.test(parent?.filename ?? '')) return;
    // When an ES module imports a CommonJS one, Node loads it by its file name and without a parent.
    const isImport = parent === undefined && IN_NODE_MODULES.test(request);
    const name = (isImport ? IN_NODE_MODULES : BARE).exec(request)?.[1]?.replace('\\', '/');
    if (name === undefined || !INSTRUMENTED.has(name)) return;
    if (this.#required.has(name) || this.#imported.has(name)) return;
    if (isImport) this.#imported.set(name, request);
    else this.#required.set(name, this.isInstrumented);
  }
}

const REGISTER = /[\\/]import-in-the-middle[\\/]lib[\\/]register\.js$/;

/** The modules that import-in-the-middle, the hook for ES modules, has wrapped. Those linked before it are missing. */
function wrappedUrls(): Set<string> {
  const urls = new Set<string>();
  for (const file of loadedFiles().filter((each) => REGISTER.test(each))) {
    const { specifiers } = (CACHE[file]?.exports ?? {}) as { specifiers?: unknown };
    if (specifiers instanceof Map) for (const url of specifiers.keys()) urls.add(String(url));
  }
  return urls;
}
