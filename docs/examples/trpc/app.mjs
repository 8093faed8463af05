import { initTRPC } from '@trpc/server';
import { createHTTPServer } from '@trpc/server/adapters/standalone';

const port = Number(process.env.PORT ?? 3000);
const { router, procedure } = initTRPC.create();

const appRouter = router({
  // A procedure is a route: /user.byId.
  user: router({
    byId: procedure.input(String).query(({ input }) => ({ id: input })),
  }),
  stock: procedure.query(() => [3, 4]),
  fail: procedure.query(() => {
    throw new TypeError('no stock');
  }),
});

// A batch is put together by the caller and counts as a batch, under one name for all.
createHTTPServer({ router: appRouter }).listen(port);
