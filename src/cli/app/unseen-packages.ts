/** What OpenTelemetry's instrumentations do not see of a package, and what makes it seen. */
export interface UnseenPackage {
  readonly what: 'routes' | 'calls';
  /** A line of the app's code, and the package that it needs. */
  readonly line?: { readonly code: string; readonly package: string };
  /** What else makes it seen. */
  readonly otherwise?: 'registerFix' | 'routeFix' | 'astroFix' | 'svelteKitFix' | 'clientFix' | 'producerFix';
  /** Packages of which any one makes it seen, if the app depends on it. */
  readonly seenWith?: readonly string[];
  /** The route hooks of `register` make it seen. */
  readonly hooked?: true;
  /** A bundler takes it into the app, so it may be a dependency of the development only. */
  readonly bundled?: true;
}

/** Frameworks and drivers that people use, and that need a line of theirs to be seen. */
export const UNSEEN_PACKAGES: Readonly<Record<string, UnseenPackage>> = {
  fastify: {
    what: 'routes',
    seenWith: ['@fastify/otel'],
    hooked: true,
    line: {
      code: 'await app.register(new FastifyOtelInstrumentation().plugin())',
      package: '@fastify/otel',
    },
    otherwise: 'registerFix',
  },
  hono: {
    what: 'routes',
    seenWith: ['@hono/otel'],
    hooked: true,
    line: { code: 'app.use(httpInstrumentationMiddleware())', package: '@hono/otel' },
    otherwise: 'registerFix',
  },
  egg: { what: 'routes', hooked: true, otherwise: 'registerFix' },
  '@trpc/server': { what: 'routes', hooked: true, otherwise: 'registerFix' },
  '@midwayjs/core': { what: 'routes', otherwise: 'routeFix' },
  polka: { what: 'routes', hooked: true, otherwise: 'registerFix' },
  h3: { what: 'routes', hooked: true, otherwise: 'registerFix' },
  'moleculer-web': { what: 'routes', hooked: true, otherwise: 'registerFix' },
  '@adonisjs/core': { what: 'routes', hooked: true, otherwise: 'registerFix' },
  astro: { what: 'routes', bundled: true, otherwise: 'astroFix' },
  '@sveltejs/kit': { what: 'routes', bundled: true, otherwise: 'svelteKitFix' },
  elysia: {
    what: 'routes',
    seenWith: ['@elysiajs/opentelemetry'],
    line: { code: 'new Elysia().use(opentelemetry())', package: '@elysiajs/opentelemetry' },
  },
  '@prisma/client': {
    what: 'calls',
    seenWith: ['@prisma/instrumentation'],
    line: {
      code: 'instrumentations: [getNodeAutoInstrumentations(), new PrismaInstrumentation()]',
      package: '@prisma/instrumentation',
    },
  },
  postgres: { what: 'calls', otherwise: 'clientFix' },
  mariadb: { what: 'calls', otherwise: 'clientFix' },
  sqlite3: { what: 'calls', seenWith: ['knex'], otherwise: 'clientFix' },
  'better-sqlite3': { what: 'calls', seenWith: ['knex'], otherwise: 'clientFix' },
  'neo4j-driver': { what: 'calls', otherwise: 'clientFix' },
  mqtt: { what: 'calls', otherwise: 'producerFix' },
  bullmq: {
    what: 'calls',
    seenWith: ['bullmq-otel'],
    line: { code: "new Queue('jobs', { telemetry: new BullMQOtel('app') })", package: 'bullmq-otel' },
  },
};
