// What the services of the shop have in common.
const { setTimeout: delay } = require('node:timers/promises');

exports.serve = (app) => {
  // Express would print every error it answers with a 500.
  app.use((_error, _request, response, _next) => response.status(500).json({ error: 'internal' }));
  const server = app.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
};

/** Work that takes a while. */
exports.pause = (leastMs, mostMs) => delay(leastMs + Math.random() * (mostMs - leastMs));

exports.call = async (url, options) => {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response.json();
};
