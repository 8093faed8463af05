import { node } from '@elysiajs/node';
import { Elysia } from 'elysia';

const port = Number(process.env.PORT ?? 3000);

// The prefix of an app is part of the route.
const orders = new Elysia({ prefix: '/orders' }).get('/:order', ({ params }) => params);

new Elysia({ adapter: node() })
  // One row for all users: the route is the name.
  .get('/users/:id', ({ params }) => params)
  .use(orders)
  // The call has a row of its own, and the called service continues the trace.
  .get('/profile', () => fetch(`http://localhost:${port}/users/7`).then((answer) => answer.json()))
  // The error is shown by the sample of /fail, and counts once as ex:TypeError.
  .get('/fail', () => {
    throw new TypeError('no stock');
  })
  .listen(port);
