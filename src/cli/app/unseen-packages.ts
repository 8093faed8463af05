/** What OpenTelemetry's instrumentations do not see of a package, and what makes it seen. */
interface UnseenPackage {
  readonly what: 'routes' | 'calls';
  readonly fix: string;
  /** Packages of which any one makes it seen, if the app depends on it. */
  readonly seenWith?: readonly string[];
  /** The route hooks of `register` make it seen. */
  readonly hooked?: true;
}

const REGISTER = 'start the app with register:\n  npx opentelemetry-stardust run -- <command>';
const SET_ROUTE = "set the route in a hook: getRPCMetadata(context.active()).route = '/users/:id'";
const BY_HAND = 'make a span around its calls, kind CLIENT, with db.system.name and db.query.text';

/** Frameworks and drivers that people use, and that need a line of theirs to be seen. */
export const UNSEEN_PACKAGES: Readonly<Record<string, UnseenPackage>> = {
  fastify: {
    what: 'routes',
    seenWith: ['@fastify/otel'],
    hooked: true,
    fix: `await app.register(new FastifyOtelInstrumentation().plugin()), of @fastify/otel; or ${REGISTER}`,
  },
  hono: {
    what: 'routes',
    seenWith: ['@hono/otel'],
    hooked: true,
    fix: `app.use(httpInstrumentationMiddleware()), of @hono/otel; or ${REGISTER}`,
  },
  egg: { what: 'routes', hooked: true, fix: REGISTER },
  '@trpc/server': { what: 'routes', hooked: true, fix: REGISTER },
  '@midwayjs/core': { what: 'routes', fix: SET_ROUTE },
  polka: { what: 'routes', hooked: true, fix: REGISTER },
  h3: { what: 'routes', hooked: true, fix: REGISTER },
  'moleculer-web': { what: 'routes', hooked: true, fix: REGISTER },
  elysia: {
    what: 'routes',
    seenWith: ['@elysiajs/opentelemetry'],
    fix: 'new Elysia().use(opentelemetry()), of @elysiajs/opentelemetry',
  },
  '@prisma/client': {
    what: 'calls',
    seenWith: ['@prisma/instrumentation'],
    fix: 'instrumentations: [getNodeAutoInstrumentations(), new PrismaInstrumentation()], of @prisma/instrumentation',
  },
  postgres: { what: 'calls', fix: BY_HAND },
  mariadb: { what: 'calls', fix: BY_HAND },
  sqlite3: { what: 'calls', seenWith: ['knex'], fix: BY_HAND },
  'better-sqlite3': { what: 'calls', seenWith: ['knex'], fix: BY_HAND },
  'neo4j-driver': { what: 'calls', fix: BY_HAND },
  mqtt: {
    what: 'calls',
    fix: 'make a span around its calls, kind PRODUCER, with messaging.system and messaging.destination.name',
  },
  bullmq: {
    what: 'calls',
    seenWith: ['bullmq-otel'],
    fix: "new Queue('jobs', { telemetry: new BullMQOtel('app') }), of bullmq-otel; its calls of Redis are seen without",
  },
};
