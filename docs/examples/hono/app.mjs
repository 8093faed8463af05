import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const port = Number(process.env.PORT ?? 3000);
const app = new Hono();

// register reads the route that Hono's router has found.
app.get('/users/:id', (context) => context.json({ id: context.req.param('id') }));

// The path of a mounted app is part of the route.
const orders = new Hono();
orders.get('/:order', (context) => context.json({ order: context.req.param('order') }));
app.route('/shops/:shop/orders', orders);

// The call has a row of its own.
app.get('/profile', async (context) => {
  const answer = await fetch(`http://localhost:${port}/users/7`);
  return context.json(await answer.json());
});

// Hono answers what a handler throws with 500, which makes the request an error.
app.get('/fail', () => {
  throw new TypeError('no stock');
});
app.onError((error, context) => context.text(error.message, 500));

serve({ fetch: app.fetch, port });
