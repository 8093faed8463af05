// `npm run demo`: a real Express service under load reports to Stardust, and what arrives is compared with what the
// load generator counted. Reports to the stand-in server, or to the one that STARDUST_SERVER names. With --keep the
// service and the page of the stand-in server stay until Ctrl-C.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startDevServer } from 'opentelemetry-stardust/dev';
import { Child } from './child.mjs';
import { Load } from './load.mjs';
import { Progress } from './progress.mjs';
import { number, receivedFaults, receivedTable, spansOf, statsFaults, statsTable } from './results.mjs';
import { AMOUNT, ROUTES } from './routes.mjs';
import { startUpstream } from './upstream.mjs';

const APP_ID = process.env.STARDUST_APP_ID?.trim() || 'stardust-demo';
const KEEP = process.argv.includes('--keep');
/** Stays until the hour and the day are right on the console of a real server. */
const SETTLE = process.argv.includes('--settle');
const SETTLED_AFTER_MS = 330_000;
const USERS_SERVER = process.env.STARDUST_SERVER?.trim() || undefined;
/** What could make the service report elsewhere or under other names than the stand-in server is asked for. */
const DISTURBING = /^(STARDUST_|OTEL_|NODE_OPTIONS$|NODE_USE_ENV_PROXY$|https?_proxy$)/i;

const progress = new Progress();
/** Undone in the opposite order, whatever happens. */
const closers = [];
let fail;
const failure = new Promise((_, reject) => {
  fail = reject;
});
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => fail(Object.assign(new Error(`interrupted by ${signal}`), { exitCode })));
}

await main();

async function main() {
  const began = Date.now();
  try {
    const { lines, faults, addresses } = await Promise.race([demo(), failure]);
    if (SETTLE) {
      progress.start(() => 'Staying for five minutes, until hour and day are up to date …');
      await Promise.race([delay(SETTLED_AFTER_MS), failure]);
    }
    if (!KEEP) await close(true);
    progress.end();
    for (const text of ['', ...lines, '', ...faults.map((fault) => `  ${fault}`)]) progress.say(text);
    if (USERS_SERVER !== undefined && !SETTLE) {
      progress.say(
        'The console shows the five-minute figures at once, those of the hour and the day only after a later',
      );
      progress.say('report of the app. With --settle the demo stays until they are right.');
    }
    progress.say(verdict(faults, Date.now() - began));
    process.exitCode = faults.length === 0 ? 0 : 1;
    if (KEEP) await keep(addresses);
  } catch (error) {
    progress.end();
    await close(false).catch(() => {});
    progress.say(`FAILED: ${error.message}`);
    // What was under way when it failed would keep the process.
    process.exit(error.exitCode ?? 1);
  }
}

/** Leaves everything running until somebody ends it. */
async function keep(addresses) {
  for (const text of ['', ...addresses, 'Ctrl-C ends them.']) progress.say(text);
  await failure.catch((error) => {
    if (error.exitCode === undefined) throw error;
  });
  await close(true);
}

async function demo() {
  const stardust = USERS_SERVER === undefined ? await startStandIn() : undefined;
  progress.say(`Stardust: ${USERS_SERVER ?? `the stand-in server at ${stardust.url}`}, app ${APP_ID}`);
  if (stardust !== undefined && KEEP) progress.say(`Its page: ${stardust.url}`);
  progress.say('Reports go out once a minute, the first within seconds; at the end the rest is flushed.');
  progress.start(() => 'Starting the database and the service …');
  const service = await startService(stardust?.url ?? USERS_SERVER);
  const { port } = await service.next();

  const began = Date.now();
  const load = new Load(`http://127.0.0.1:${port}`);
  closers.push(() => load.stop());
  progress.start(() => {
    const seconds = String(Math.round((Date.now() - began) / 1_000)).padStart(2);
    const received = stardust && `; Stardust has ${number(spansOf(stardust.app(APP_ID)))} spans`;
    return `${seconds} s: ${number(load.answered)} of ${number(AMOUNT)} requests answered${received ?? ''}`;
  });
  const routes = await load.finished();
  progress.start(() => 'Flushing …');
  const stats = await service.ask('flush');
  const found =
    stardust === undefined ? ofUsersServer(stats, routes) : ofStandIn(stardust.app(APP_ID), routes);
  return { ...found, addresses: addressesOf(stardust?.url, port) };
}

function addressesOf(page, port) {
  const service = `Service: http://127.0.0.1:${port}, with /orders/7, /quote, /slow and /fail`;
  return page === undefined ? [service] : [`Page:    ${page}`, service];
}

async function startStandIn() {
  const stardust = await startDevServer({ port: 0 });
  closers.push(() => stardust.close());
  return stardust;
}

async function startService(server) {
  const upstream = await startUpstream();
  closers.push(() => upstream.close());
  const database = startChild('database', new URL('./database.mjs', import.meta.url), { env: process.env });
  const { port } = await database.next();
  const env = {
    ...usersEnvironment(),
    STARDUST_SERVER: server,
    STARDUST_APP_ID: APP_ID,
    DEMO_DB_PORT: String(port),
    DEMO_UPSTREAM_URL: upstream.url,
  };
  const preload = fileURLToPath(new URL('./instrument.cjs', import.meta.url));
  return startChild('service', new URL('./service.cjs', import.meta.url), { env, require: preload });
}

function usersEnvironment() {
  if (USERS_SERVER !== undefined) return process.env;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !DISTURBING.test(name)));
}

function startChild(name, file, options) {
  const say = (text) => progress.say(text);
  const child = new Child(name, file, { ...options, say, failed: fail });
  closers.push((gently) => (gently ? child.stop() : child.kill()));
  return child;
}

function ofStandIn(app, routes) {
  if (app === undefined) return { lines: [], faults: ['nothing was received'] };
  return { lines: receivedTable(app, routes), faults: receivedFaults(app, routes) };
}

function ofUsersServer(stats, routes) {
  const where = `The figures by name are to be seen on the console of ${USERS_SERVER}, app ${APP_ID}.`;
  const lines = statsTable(stats, routes);
  if (stats.delivered > 0) lines.push('', where);
  return { lines, faults: statsFaults(stats, routes) };
}

function verdict(faults, millis) {
  if (faults.length > 0) return `FAILED: the figures differ, see above (${Math.round(millis / 1_000)} s).`;
  const what = USERS_SERVER === undefined ? 'were received, each once' : 'were made, all spans delivered';
  return `OK: all ${number(AMOUNT)} requests on ${ROUTES.length} routes ${what} (${Math.round(millis / 1_000)} s).`;
}

async function close(gently) {
  for (let undo = closers.pop(); undo !== undefined; undo = closers.pop()) await undo(gently);
}
