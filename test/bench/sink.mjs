// A server in a process of its own that takes everything: it answers OTLP, and Stardust as far as a report needs it,
// and counts the requests, all bytes that came in, heads included, and its own time of the processor.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Starts the sink; `counts` are those since its start. */
export async function startSink() {
  const child = fork(new URL(import.meta.url), ['serve'], { execArgv: [] });
  const [port] = await once(child, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    async counts() {
      child.send('counts');
      const [counts] = await once(child, 'message');
      return counts;
    },
    stop: () => child.kill(),
  };
}

function serve() {
  const sockets = new Set();
  let requests = 0;
  let closedBytes = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(answerTo(request.url));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesRead;
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('message', () => {
    let bytes = closedBytes;
    for (const socket of sockets) bytes += socket.bytesRead;
    const { user, system } = process.cpuUsage();
    process.send({ requests, bytes, cpuMs: (user + system) / 1_000 });
  });
}

function answerTo(path) {
  if (path.startsWith('/v1/')) return '{}';
  const data = path.startsWith('/App/Login') ? { Token: 'token', Expire: 7_200 } : { Period: 60 };
  return JSON.stringify({ code: 0, data });
}

if (process.argv[2] === 'serve' && process.argv[1] === import.meta.filename) serve();
