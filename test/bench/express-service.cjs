// The service of the benchmark: three layers and a route, as a small Express app has them.
const express = require('express');

const app = express();
app.use((_request, _response, next) => next());
app.use(express.json());
app.get('/orders/:id', (request, response) => response.json({ id: request.params.id, total: 42 }));
const server = app.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, rss: process.memoryUsage().rss });
});
