// What all the apps have in common: where they listen, whom they call, and how they end.
const [ending] = process.argv.slice(2);

exports.serve = (handler) => {
  // By the app's own listen() where it has one, so that instrumentations see what they see everywhere.
  const server = handler.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
  const endings = {
    /** By a signal, and nobody listens to it. */
    signal: () => {},
    /** The loop runs empty. */
    natural: () => process.stdin.resume().once('end', () => closeAll(server)),
    /** By a signal, in the way of many services: what is under way has half a second. */
    graceful: () =>
      process.once('SIGTERM', () => {
        server.close();
        setTimeout(() => process.exit(5), 500);
      }),
    /** Without anything that would tell of it. */
    exit: () => process.stdin.resume().once('end', () => process.exit(5)),
  };
  endings[ending]();
};

function closeAll(server, then) {
  server.close(then);
  server.closeAllConnections();
}

/** One call by `fetch` and one by `node:http`, to this same app. */
exports.callsOf = async (request, { fetch, get }) => {
  const url = `http://${request.headers.host}/users/7`;
  await (await fetch(url, { headers: { connection: 'close' } })).text();
  await new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => response.resume().once('end', resolve)).once('error', reject);
  });
};
