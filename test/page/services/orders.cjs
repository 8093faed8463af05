// The order service: a database, and the payments behind it.
const express = require('express');
const { Pool } = require('pg');
const { serve, call } = require('./common.cjs');

const [payments, port] = process.argv.slice(2);
// PGlite runs one query at a time, so one connection is all it can make use of.
const pool = new Pool({ host: '127.0.0.1', port: Number(port), user: 'postgres', database: 'shop', max: 1 });
const app = express();

app.get('/api/orders/:id', async (request, response) => {
  const { rows } = await pool.query('SELECT id, item FROM orders WHERE id = $1', [request.params.id]);
  response.json(rows[0]);
});

app.post('/api/orders', async (_request, response) => {
  const { rows } = await pool.query("INSERT INTO orders (item) VALUES ('tea') RETURNING id");
  await call(`${payments}/charges`, { method: 'POST' });
  response.status(201).json(rows[0]);
});

serve(app);
