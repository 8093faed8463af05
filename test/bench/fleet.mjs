// So many processes with 200 names each against one stand-in server: what their reports cost it. Prints JSON.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startSink } from './sink.mjs';

const NAMES = 200;
const REPORTS = 5;

async function report(url) {
  const { StardustExporter } = await import('../../dist/index.js');
  const { finishedSpans } = await import('./spans.mjs');
  const exporter = new StardustExporter({ server: url, appId: 'bench', clientId: `bench@${process.pid}` });
  const spans = finishedSpans(50);
  for (let i = 0; i < REPORTS; i++) {
    for (let name = 0; name < NAMES; name++)
      exporter.count(Object.create(spans[name % 50], { name: { value: `operation ${name}` } }));
    await exporter.forceFlush();
  }
  await exporter.shutdown();
  return exporter.stats().delivered;
}

const [asked, url] = process.argv.slice(2);
if (asked === 'process') {
  process.send(await report(url));
  process.disconnect();
} else {
  const sink = await startSink();
  const before = await sink.counts();
  const processes = Array.from({ length: Number(asked) }, () =>
    fork(import.meta.filename, ['process', sink.url], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  const delivered = await Promise.all(processes.map(async (each) => (await once(each, 'message'))[0]));
  const lost = delivered.some((spans) => spans !== NAMES * REPORTS);
  if (lost) throw new Error(`delivered: ${delivered.join(', ')}`);
  const { requests, bytes, cpuMs } = await sink.counts();
  sink.stop();
  console.log(JSON.stringify({ requests, bytes, serverMs: (cpuMs - before.cpuMs) / delivered.length }));
  process.exit(0);
}
