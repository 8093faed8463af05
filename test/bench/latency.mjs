// The latency of a plain HTTP service whose Stardust server hangs, is away, or is not set; one such run.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { StardustSpanProcessor } from '../../dist/index.js';

const AT_ONCE = 4;
/** V8 sizes it by what a process loads at its start; in an all but empty service any package would make it another. */
const SAME_YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

const agent = new Agent({ keepAlive: true });
const [role, count] = process.argv.slice(2);
const REQUESTS = Number(count);
const WARM_UP = REQUESTS / 2;
if (role === 'service') serve();
else if (role === 'silence') keepSilent();
else console.log(JSON.stringify(await measured(role)));

/** The service, in a process of its own: a span for each request, reported where there is an address to report to. */
function serve() {
  const spanProcessors = process.env.STARDUST_SERVER === undefined ? [] : [new StardustSpanProcessor()];
  const tracer = new NodeTracerProvider({ spanProcessors }).getTracer('bench');
  const server = createServer((request, response) => {
    const attributes = { 'http.request.method': request.method, 'url.path': request.url };
    const span = tracer.startSpan(`GET ${request.url}`, { kind: SpanKind.SERVER, attributes });
    response.end('hello');
    span.end();
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

/** A Stardust server that hangs. */
function keepSilent() {
  const server = createSocketServer((socket) => socket.on('error', () => {}));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measured(stardust) {
  const silence = fork(new URL(import.meta.url), ['silence']);
  const [silentPort] = await once(silence, 'message');
  if (stardust !== 'hanging') silence.kill();
  const env = {
    PATH: process.env.PATH,
    STARDUST_APP_ID: 'bench',
    // Short, so that in a run of seconds calls are made, time out, and are made again.
    STARDUST_PERIOD_SECONDS: '1',
    STARDUST_REQUEST_TIMEOUT_MILLIS: '300',
    ...(stardust !== 'without' && { STARDUST_SERVER: `http://127.0.0.1:${silentPort}` }),
  };
  const service = fork(new URL(import.meta.url), ['service'], { env, execArgv: SAME_YOUNG_GENERATION });
  const [port] = await once(service, 'message');
  await timesOf(port, WARM_UP);
  const times = (await timesOf(port, REQUESTS)).sort((a, b) => a - b);
  service.kill();
  silence.kill();
  agent.destroy();
  return { medianMs: times[Math.floor(REQUESTS * 0.5)], lateMs: times[Math.floor(REQUESTS * 0.99)] };
}

/** How long so many requests took, a few at once, in milliseconds. */
async function timesOf(port, count) {
  const times = [];
  const worker = async () => {
    for (let i = 0; i < count / AT_ONCE; i++) {
      const start = performance.now();
      const [response] = await once(get({ port, path: `/route/${i % 50}`, agent }), 'response');
      await once(response.resume(), 'end');
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return times;
}
