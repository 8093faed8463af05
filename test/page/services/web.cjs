// The front of the shop: it asks the order service.
const express = require('express');
const { serve, pause, call } = require('./common.cjs');

const [orders] = process.argv.slice(2);
const app = express();

app.get('/products', async (_request, response) => {
  await pause(4, 12);
  response.json([{ item: 'tea' }]);
});

app.get('/orders/:id', async (request, response) => {
  response.json(await call(`${orders}/api/orders/${request.params.id}`));
});

app.post('/checkout', async (_request, response) => {
  await pause(2, 8);
  response.json(await call(`${orders}/api/orders`, { method: 'POST' }));
});

serve(app);
