// The payments: slow now and then, and not every card is good.
const express = require('express');
const { serve, pause } = require('./common.cjs');

const app = express();
let charges = 0;

app.post('/charges', async (_request, response) => {
  charges++;
  await pause(15, charges % 50 === 0 ? 400 : 40);
  if (charges % 23 === 0) throw new Error('the bank declines the card');
  response.status(201).json({ id: charges });
});

serve(app);
