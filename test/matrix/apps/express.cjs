const express = require('express');
const { get } = require('node:http');
const { serve, callsOf } = require('./ending.cjs');

const app = express();
app.get('/users/:id', (request, response) => void response.json({ id: request.params.id }));
app.get('/fail', () => {
  throw new Error('failed as told');
});
app.get('/calls', async (request, response) => {
  await callsOf(request, { get, fetch });
  response.json('called');
});
// Without it Express prints the error.
app.use((_error, _request, response, _next) => void response.status(500).end());
serve(app);
