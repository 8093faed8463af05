// The database of the demo in a process of its own, so that it takes no time from the load generator: PGlite, a
// PostgreSQL compiled to WebAssembly, behind a socket at which the ordinary `pg` client finds it.
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

// In case the parent is gone all of a sudden.
process.once('disconnect', () => setTimeout(() => process.exit(1), 2_000).unref());

const database = await PGlite.create();
await database.exec(`
  CREATE TABLE orders (id serial PRIMARY KEY, item text NOT NULL);
  INSERT INTO orders (item) SELECT 'item ' || n FROM generate_series(1, 100) n;
`);
// pg replaces a connection that had an error before the old one is closed: one alone would refuse the new one.
const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 4 });
await server.start();
process.send({ port: Number(server.getServerConn().split(':').at(-1)) });

process.once('message', async () => {
  await server.stop();
  await database.close();
  process.disconnect();
});
