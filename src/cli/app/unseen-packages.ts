/** What OpenTelemetry's instrumentations do not see of a package, and what makes it seen. */
export interface UnseenPackage {
  readonly what: 'noRoutes' | 'noCalls' | 'noMessages';
  /** A line of the app's code, and the package that it needs. */
  readonly line?: { readonly code: string; readonly package: string };
  /** What else makes it seen. */
  readonly otherwise?:
    | 'registerFix'
    | 'routeFix'
    | 'astroFix'
    | 'svelteKitFix'
    | 'nitroFix'
    | 'clientFix'
    | 'producerFix'
    | 'interceptorFix';
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
    what: 'noRoutes',
    seenWith: ['@fastify/otel'],
    hooked: true,
    line: {
      code: 'await app.register(new FastifyOtelInstrumentation().plugin())',
      package: '@fastify/otel',
    },
    otherwise: 'registerFix',
  },
  hono: {
    what: 'noRoutes',
    seenWith: ['@hono/otel'],
    hooked: true,
    line: { code: 'app.use(httpInstrumentationMiddleware())', package: '@hono/otel' },
    otherwise: 'registerFix',
  },
  egg: { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  '@trpc/server': { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  '@midwayjs/core': { what: 'noRoutes', otherwise: 'routeFix' },
  polka: { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  h3: { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  'moleculer-web': { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  '@loopback/rest': { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  '@adonisjs/core': { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  astro: { what: 'noRoutes', bundled: true, otherwise: 'astroFix' },
  '@sveltejs/kit': { what: 'noRoutes', bundled: true, otherwise: 'svelteKitFix' },
  nuxt: { what: 'noRoutes', bundled: true, otherwise: 'nitroFix' },
  nitropack: { what: 'noRoutes', bundled: true, otherwise: 'nitroFix' },
  '@react-router/node': { what: 'noRoutes', hooked: true, otherwise: 'registerFix' },
  elysia: {
    what: 'noRoutes',
    seenWith: ['@elysiajs/opentelemetry'],
    hooked: true,
    line: { code: 'new Elysia().use(opentelemetry())', package: '@elysiajs/opentelemetry' },
    otherwise: 'registerFix',
  },
  '@nestjs/microservices': {
    what: 'noMessages',
    seenWith: ['@grpc/grpc-js', 'amqplib', 'kafkajs', 'ioredis'],
    otherwise: 'interceptorFix',
  },
  '@prisma/client': {
    what: 'noCalls',
    seenWith: ['@prisma/instrumentation'],
    line: {
      code: 'instrumentations: [getNodeAutoInstrumentations(), new PrismaInstrumentation()]',
      package: '@prisma/instrumentation',
    },
  },
  postgres: { what: 'noCalls', otherwise: 'clientFix' },
  mariadb: { what: 'noCalls', otherwise: 'clientFix' },
  sqlite3: { what: 'noCalls', seenWith: ['knex'], otherwise: 'clientFix' },
  'better-sqlite3': { what: 'noCalls', seenWith: ['knex'], otherwise: 'clientFix' },
  'neo4j-driver': { what: 'noCalls', otherwise: 'clientFix' },
  mqtt: { what: 'noCalls', otherwise: 'producerFix' },
  bullmq: {
    what: 'noCalls',
    seenWith: ['bullmq-otel'],
    line: { code: "new Queue('jobs', { telemetry: new BullMQOtel('app') })", package: 'bullmq-otel' },
  },
};
