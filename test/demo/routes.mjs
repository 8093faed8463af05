// What is asked of the service, and under which names Stardust should count it.

const SECONDS = 15;
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * `name` is the server span's. `behind` names what happens once in each such request: the outgoing call is a POST so
 * that it does not share the name `GET` with the requests that no route matches. `fails`: each is answered with 500.
 */
export const ROUTES = [
  {
    name: 'GET /orders/:id',
    behind: ['pg.query:SELECT shop'],
    perSecond: 120,
    connections: 8,
    requests: [1, 7, 42, 99].map((id) => ({ method: 'GET', path: `/orders/${id}` })),
  },
  {
    name: 'POST /orders',
    behind: ['pg.query:INSERT shop'],
    perSecond: 30,
    connections: 4,
    requests: [{ method: 'POST', path: '/orders', headers: JSON_TYPE, body: '{"item":"tea"}' }],
  },
  {
    name: 'GET /quote',
    behind: ['POST'],
    perSecond: 50,
    connections: 4,
    requests: [{ method: 'GET', path: '/quote' }],
  },
  { name: 'GET /slow', perSecond: 20, connections: 5, requests: [{ method: 'GET', path: '/slow' }] },
  {
    name: 'GET /fail',
    fails: true,
    perSecond: 15,
    connections: 2,
    requests: [{ method: 'GET', path: '/fail' }],
  },
  {
    name: 'GET',
    title: 'unknown paths',
    perSecond: 15,
    connections: 2,
    requests: ['/.env', '/wp-login.php', '/admin/'].map((path) => ({ method: 'GET', path })),
  },
].map((route) => ({ behind: [], fails: false, ...route, amount: route.perSecond * SECONDS }));

export const AMOUNT = ROUTES.reduce((sum, route) => sum + route.amount, 0);
