// What is asked of the service, and under which names Stardust should count it.

const SECONDS = 15;
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * `name` is what the request counts under. `behind` names what happens once in each such request. `fails`: each is
 * answered with 500.
 */
export const ROUTES = [
  {
    name: '/orders/:id',
    behind: ['db:shop:Select:orders'],
    perSecond: 120,
    connections: 8,
    requests: [1, 7, 42, 99].map((id) => ({ method: 'GET', path: `/orders/${id}` })),
  },
  {
    name: '/orders',
    behind: ['db:shop:Insert:orders'],
    perSecond: 30,
    connections: 4,
    requests: [{ method: 'POST', path: '/orders', headers: JSON_TYPE, body: '{"item":"tea"}' }],
  },
  {
    name: '/quote',
    behind: ['http://127.0.0.1:PORT/prices'],
    perSecond: 50,
    connections: 4,
    requests: [{ method: 'GET', path: '/quote' }],
  },
  { name: '/slow', perSecond: 20, connections: 5, requests: [{ method: 'GET', path: '/slow' }] },
  {
    name: '/fail',
    fails: true,
    perSecond: 15,
    connections: 2,
    requests: [{ method: 'GET', path: '/fail' }],
  },
  {
    name: '/404',
    title: 'unknown paths',
    perSecond: 15,
    connections: 2,
    requests: ['/.env', '/wp-login.php', '/admin/'].map((path) => ({ method: 'GET', path })),
  },
].map((route) => ({ behind: [], fails: false, ...route, amount: route.perSecond * SECONDS }));

export const AMOUNT = ROUTES.reduce((sum, route) => sum + route.amount, 0);
