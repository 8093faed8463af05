import express from 'express';

const port = Number(process.env.PORT ?? 3000);
const app = express();

// One row for all users: the route is the name.
app.get('/users/:id', (request, response) => {
  response.json({ id: request.params.id });
});

// The path of a mounted router is part of the route.
const orders = express.Router();
orders.get('/:order', (request, response) => {
  response.json({ order: request.params.order });
});
app.use('/shops/:shop/orders', orders);

// So is that of a mounted app.
const admin = express();
admin.get('/reports/:report', (request, response) => {
  response.json({ report: request.params.report });
});
app.use('/admin', admin);

// The call has a row of its own, and the called service continues the trace.
app.get('/profile', async (_request, response) => {
  const answer = await fetch(`http://localhost:${port}/users/7`);
  response.json(await answer.json());
});

// The error is shown by the sample of /fail, and counts once as ex:TypeError.
app.get('/fail', () => {
  throw new TypeError('no stock');
});

app.listen(port);
