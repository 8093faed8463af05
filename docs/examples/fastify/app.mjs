import fastify from 'fastify';

const port = Number(process.env.PORT ?? 3000);
const app = fastify();

// Fastify tells its routes on a channel of its own; register listens there, so no plugin is needed.
app.get('/users/:id', async (request) => ({ id: request.params.id }));

// The prefix of a plugin is part of the route.
const orders = async (shop) => {
  shop.get('/orders/:order', async (request) => ({ order: request.params.order }));
};
app.register(orders, { prefix: '/shops/:shop' });

// The call has a row of its own.
app.get('/profile', async () => {
  const answer = await fetch(`http://localhost:${port}/users/7`);
  return answer.json();
});

// The error is shown by the sample of /fail.
app.get('/fail', async () => {
  throw new TypeError('no stock');
});

await app.listen({ port });
