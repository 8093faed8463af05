// One process. With egg-cluster each worker process runs register by itself and reports under an id of its own.
const { createServer } = require('node:http');
const { start } = require('egg');

start({ baseDir: __dirname, mode: 'single' }).then((app) => {
  createServer(app.callback()).listen(process.env.PORT ?? 3000);
});
