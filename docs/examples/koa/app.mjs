import Router from '@koa/router';
import Koa from 'koa';

const port = Number(process.env.PORT ?? 3000);
const app = new Koa();
const router = new Router();

// Koa prints each error of a handler, unless it is told otherwise.
app.silent = true;

// One row for all users: the router's path is the name.
router.get('/users/:id', (context) => {
  context.body = { id: context.params.id };
});

// The call has a row of its own.
router.get('/profile', async (context) => {
  const answer = await fetch(`http://localhost:${port}/users/7`);
  context.body = await answer.json();
});

// The error is shown by the sample of /fail, and counts once as ex:TypeError.
router.get('/fail', () => {
  throw new TypeError('no stock');
});

app.use(router.routes());
app.listen(port);
