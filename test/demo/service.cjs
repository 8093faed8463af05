// An ordinary Express service with a database and an outgoing call behind it. It knows nothing of Stardust but
// what its parent asks of it: to flush and tell its figures, and to end.
const { setTimeout: delay } = require('node:timers/promises');
const { promisify } = require('node:util');
const express = require('express');
const { Pool } = require('pg');
const { provider, processor } = require('./instrument.cjs');

// PGlite runs one query at a time, so one connection is all it can make use of.
const connection = { host: '127.0.0.1', port: Number(process.env.DEMO_DB_PORT), user: 'postgres' };
const pool = new Pool({ ...connection, database: 'shop', max: 1 });
const app = express();

app.get('/orders/:id', async (request, response) => {
  const { rows } = await pool.query('SELECT id, item FROM orders WHERE id = $1', [request.params.id]);
  response.json(rows[0]);
});

app.post('/orders', express.json(), async (request, response) => {
  const { rows } = await pool.query('INSERT INTO orders (item) VALUES ($1) RETURNING id', [
    request.body.item,
  ]);
  response.status(201).json(rows[0]);
});

app.get('/quote', async (_request, response) => {
  const answer = await fetch(process.env.DEMO_UPSTREAM_URL, { method: 'POST', body: '{"item":"tea"}' });
  response.json(await answer.json());
});

app.get('/slow', (_request, response) => {
  setTimeout(() => response.json({ waited: true }), 150);
});

app.get('/fail', () => {
  throw new Error('out of stock');
});

// Express would print every error it answers with a 500.
app.use((_error, _request, response, _next) => {
  response.status(500).json({ error: 'internal' });
});

const server = app.listen(0, '127.0.0.1', (error) => {
  if (error) throw error;
  process.send({ port: server.address().port });
});

const connections = promisify(server.getConnections.bind(server));

/** The load generator closes its connections at its end; the spans behind them have ended then. */
async function quiet() {
  while ((await connections()) > 0) await delay(20);
}

const orders = {
  /** All requests have been answered: what has been counted goes out now. */
  async flush() {
    await quiet();
    await provider.forceFlush();
    process.send(processor.stats());
  },
  /** Nothing is left to do after this, so the process ends by itself. */
  async stop() {
    await new Promise((resolve) => server.close(resolve));
    await pool.end();
    await provider.shutdown();
    if (process.connected) process.disconnect();
  },
};
process.on('message', (order) => orders[order]());
// In case the parent is gone all of a sudden, or something holds the process.
process.once('disconnect', () => setTimeout(() => process.exit(1), 2_000).unref());
