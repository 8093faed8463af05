// Writes docs/benchmarks.md, its charts and what README quotes of it, from what the benchmark saw.
import { readFileSync, writeFileSync } from 'node:fs';
import { barChart } from './chart.mjs';
import { rounded, withSpread } from './processes.mjs';
import { shapeOf } from './sections.mjs';

const REPO = new URL('../../', import.meta.url);
const { homepage } = JSON.parse(readFileSync(new URL('package.json', REPO), 'utf8'));
const picture = (file, alt) => `![${alt}](${homepage.replace('#readme', '/raw/main/')}docs/images/${file})`;

const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const LABELS = {
  none: 'no processor',
  nothing: 'a processor that does nothing',
  'ours, span': "this package, `naming: 'span'`",
  'ours, stardust': "this package, `naming: 'stardust'`",
  seed: "the manual's algorithm",
  'OTLP/proto': '`BatchSpanProcessor`, OTLP/proto',
  'OTLP/json': '`BatchSpanProcessor`, OTLP/json',
};

const CHART_LABELS = { none: 'no processor', nothing: 'does nothing', seed: "manual's algorithm" };

export function writePage(seen) {
  const { ways, rounds, spans } = seen.perSpan;
  const bars = (figure, unit) =>
    Object.entries(ways).map(([way, figures]) => ({
      label: CHART_LABELS[way] ?? way,
      value: figures[figure].median,
      text: `${rounded(figures[figure].median)} ${unit}`,
      ours: way.startsWith('ours'),
    }));
  writeFileSync(
    new URL('docs/images/bench-cpu.svg', REPO),
    barChart('CPU time of a span, µs', bars('cpuUs', 'µs')),
  );
  writeFileSync(
    new URL('docs/images/bench-wire.svg', REPO),
    barChart(
      `Bytes sent for ${rounded(spans)} spans, kB`,
      Object.entries(ways)
        .filter(([way]) => way !== 'none' && way !== 'nothing')
        .map(([way, { wireBytes }]) => ({
          label: CHART_LABELS[way] ?? way,
          value: wireBytes.median,
          text: `${rounded(wireBytes.median / 1_000)} kB`,
          ours: way.startsWith('ours'),
        })),
    ),
  );
  writeFileSync(new URL('docs/benchmarks.md', REPO), pageOf(seen, { ways, rounds, spans }));
  // README quotes the page, so it is written with it; figures of a quick run are for nobody to quote.
  if (seen.conditions.quick) return;
  const quoted = quotedFigures(seen.perSpan);
  writeRows('README.md', 'What it costs', english(quoted));
  writeRows('README.zh-CN.md', '开销', chinese(quoted));
}

/** The figures that README quotes, as they stand in the tables of the page. */
function quotedFigures({ ways, spans }) {
  const more = (way) => rounded(ways[way].cpuUs.median - ways.none.cpuUs.median);
  const sent = (way) => rounded(ways[way].wireBytes.median);
  return {
    spans: rounded(spans),
    ours: ['ours, span', 'ours, stardust']
      .map((way) => ways[way].cpuUs.median - ways.none.cpuUs.median)
      .sort((a, b) => a - b)
      .map(rounded),
    seed: more('seed'),
    proto: more('OTLP/proto'),
    json: more('OTLP/json'),
    sent: sent('ours, stardust'),
    sentProto: sent('OTLP/proto'),
    sentJson: sent('OTLP/json'),
  };
}

const english = (figures) => `\
| µs a span | ${figures.ours.join(' to ')} | ${figures.seed} | ${figures.proto} | ${figures.json} |
| bytes sent for ${figures.spans} spans | ${figures.sent} | – | ${figures.sentProto} | ${figures.sentJson} |
`;

const chinese = (figures) => `\
| 微秒 | ${figures.ours.join(' 到 ')} | ${figures.seed} | ${figures.proto} | ${figures.json} |
| ${figures.spans} 个片段发送的字节数 | ${figures.sent} | – | ${figures.sentProto} | ${figures.sentJson} |
`;

/** Replaces the rows of the first table below a heading. The words around it are the README's own. */
function writeRows(file, heading, rows) {
  const place = new URL(file, REPO);
  const table = new RegExp(`(^## ${heading}\\n[^]*?\\n\\| ---[^\\n]*\\n)(?:\\|[^\\n]*\\n)+`, 'm');
  const before = readFileSync(place, 'utf8');
  if (!table.test(before)) throw new Error(`${file} has no table below "${heading}"`);
  writeFileSync(
    place,
    before.replace(table, (_, start) => start + rows),
  );
}

function pageOf(
  { conditions, onEnd, naming, eventLoop, latency, startUp, imports, chains, allocation, growth, ...more },
  { ways, rounds, spans },
) {
  const rowsOf = (...figures) =>
    Object.entries(ways).map(([way, seen]) => [
      LABELS[way],
      ...figures.map((figure) => withSpread(seen[figure])),
    ]);
  const none = ways.none.cpuUs.median;
  const overNone = Object.entries(ways)
    .filter(([way]) => way !== 'none')
    .map(([way, { cpuUs, allocatedBytes }]) => [
      LABELS[way],
      rounded(cpuUs.median - none),
      rounded(cpuUs.median / none),
      rounded(allocatedBytes.median - ways.none.allocatedBytes.median),
    ]);
  return `# What it costs, measured

This page is written by \`npm run bench -- --write\`; do not edit it. \`npm run bench\` measures the same on your machine,
without the growth, the whole service and the fleet, and \`npm run bench -- --all\` with them.
${conditions.quick ? '\n**Written by a quick run that tries the program. Do not quote these figures.**\n' : ''}
Seen on ${conditions.date} at \`${conditions.commit}\`: ${conditions.machine}.

${table(['package', 'version'], Object.entries(conditions.versions))}

Each figure is the median of several processes, with the lowest and the highest in brackets. Ways that are compared run in turns.
${growth === undefined ? '' : goalsOf({ onEnd, naming, imports, chains, allocation, ...more })}
## A span

Processes for each way: ${rounds}. A process makes ${rounded(spans)} spans of 50 names with the SDK, as fast as the way takes them, and
waits for the last flush. The server is a process of its own that reads everything. "No processor" is the SDK alone. "The
manual's algorithm" is that of the SDK in Stardust's manual, written for finished spans. OTLP runs with its defaults,
without compression, and no span is dropped. Time and memory of a first delivery are not counted. One span in
97 fails, and most of a period's samples of errors are made meanwhile, each at the price of a new name ("Growth"). "A processor
that does nothing" is what the SDK itself asks for calling one.

${table(['way', 'wall, µs a span', 'CPU, µs a span', 'allocated, bytes a span'], rowsOf('wallUs', 'cpuUs', 'allocatedBytes'))}

Beside no processor:

${table(['way', 'CPU more, µs a span', 'CPU, times', 'allocated more, bytes a span'], overNone)}

${picture('bench-cpu.svg', 'CPU time of a span with each way')}

${table(['way', 'bytes sent', 'requests', 'memory at the end, MiB'], rowsOf('wireBytes', 'requests', 'memoryMiB'))}

A report of sums has the same size for any number of spans: the run is one period, so it is sent once. What OTLP sends
grows with the spans.

${picture('bench-wire.svg', 'bytes sent with each way')}

## The end of a span alone

\`onEnd\` against a loop that adds the same sums in a \`Map\` and does nothing else, over the same spans of 50 names, with 8
excludes. Processes for each naming: ${onEnd.processes}.

${table(
  ['naming', 'bare loop, ns', '`onEnd`, ns', 'times'],
  Object.entries(onEnd.namings).map(([name, { bareNs, onEndNs, ratio }]) => [
    `\`${name}\``,
    withSpread(bareNs),
    withSpread(onEndNs),
    withSpread(ratio),
  ]),
)}

The rest over the loop is one call and what a span is asked beside its sums. V8 puts the loop whole into its caller; of ours,
whose code is longer, it makes a function that is called for each span. With its bounds for that lifted
(\`--max-inlined-bytecode-size=5000 --max-inlined-bytecode-size-cumulative=20000\`) it was 1.25 times: what is left is a dozen
comparisons, of which none stands out, such as whether it failed, whether it is a call of our own, and whether a sample of it may
be kept. To leave the questions about its attributes out, which lie elsewhere in memory, changed nothing that could be measured. The
spans of these loops are those whose start was not told. Where it was, as in every service, what the span has been told by
those around it is looked at too, which costs about ten nanoseconds more.

${table(
  ['a span of which no sample is kept', 'bytes allocated'],
  [
    ['`onStart`, no parent', withSpread(allocation.rootBytes)],
    ['`onStart`, below a parent', withSpread(allocation.childBytes)],
    ['`onEnd`', withSpread(allocation.endBytes)],
  ],
)}

What \`onStart\` allocates is the place of the span: who is above it, what it is, and which request or call it works on, so that
one call seen by two instrumentations counts once. The reference to it takes eight bytes more, in the span. A place lives as
long as its span, and longer while a span below it runs. A ring of places to use again would need to know that nobody refers
to one any more, which only the collector knows; spans that never end would take places for good.

Under \`naming: 'stardust'\`, with freshly built strings, as those of a request are. Processes: ${naming.processes}.

${table(
  ['span', 'bare loop, ns', '`onEnd`, ns'],
  Object.entries(naming.shapes).map(([shape, { bareNs, onEndNs }]) => [
    SHAPES[shape] ?? shape,
    withSpread(bareNs),
    withSpread(onEndNs),
  ]),
)}

A statement that differs from another in its values alone is found by its shape. One of a new shape is the dearest, as all of it
is read: a table may stand in its last clause. In a loop over such statements alone, of 100 characters and 33 tokens, telling the
tokens took 28% of the time, following what they name 30%, the look for a known shape 16%, and the name 26%.

## The start of a request

The sampler and the propagator of a request, half of which come with a parent, beside those of the SDK
(\`ParentBasedSampler\`, \`W3CTraceContextPropagator\`). Processes: ${chains.processes}. The SDK's sampler looks at the parent alone; ours
counts the calls of each name, as its mark depends on them. A path is found as the request tells it, so that its name is made
once a period; a path that comes only once, such as one with an id, is cut into its name each time.

${table(
  ['part', "the SDK's, ns", 'ours, ns', 'times'],
  Object.entries(chains.parts).map(([part, { theirsNs, oursNs, ratio }]) => [
    part,
    withSpread(theirsNs),
    withSpread(oursNs),
    withSpread(ratio),
  ]),
)}

## A process

${table(
  ['what', 'ms'],
  [
    [
      'longest hold of the event loop while 2,000 names with all their samples are reported',
      withSpread(eventLoop.longestMs),
    ],
    ['figures of the process for a ping', withSpread(eventLoop.pingMs)],
    ["start under `register`, to the app's first line", withSpread(startUp.oursMs)],
    ["the same under OpenTelemetry's own register", withSpread(startUp.theirsMs)],
    ['difference, in pairs', withSpread(startUp.addedMs)],
    ['import of the package, beside the SDK', withSpread(imports.importMs)],
    ['the same in time of the processor', withSpread(imports.importCpuMs)],
  ],
)}

The import runs what counts spans. What delivers is read with it and run with the first exporter, and what redacts with the first
span.

${table(
  ['memory that the package adds to a process with the SDK', 'MiB'],
  [
    ['by its import', withSpread(imports.importMiB)],
    ['2,000 names counted and reported, as the system sees it', withSpread(imports.runningMiB)],
    ['the same, without one compiler of V8 (`--no-liftoff`)', withSpread(imports.neededMiB)],
    ['the same, with one arena of glibc too (`MALLOC_ARENA_MAX=1`)', withSpread(imports.arenaMiB)],
    ['2,000 names counted and reported, what is held after a collection', withSpread(imports.heldMiB)],
    [
      'without that compiler, the parts of undici in use alone, after three calls',
      withSpread(imports.undiciMiB),
    ],
  ],
)}

The system may see up to 35 MiB more than is in use: V8's baseline compiler of WebAssembly takes that much for a moment, once in a
process, to compile \`llhttp\`, the parser of undici, in a thread whose memory glibc keeps. A process that makes one request with
undici and does nothing else shows 11 MiB of it. V8's other compiler, which \`--no-liftoff\` lets begin, takes none. A few MiB
more are what glibc keeps for threads that compile or compress for a moment: each has an arena of its own. The young
generation of V8, which is the largest part of a small process, has the same size with this package and without it.

The latency of a plain HTTP service, without this package (twice, to show how far equal runs differ), and with it while
its Stardust server hangs or is away. Rounds: ${latency.rounds}, of ${rounded(latency.requests)} requests each.

${table(
  ['Stardust server', 'median, ms', '99th, ms', 'median, times', '99th, times'],
  Object.entries(latency.states).map(([state, { medianMs, lateMs, medianRatio, lateRatio }]) => [
    state === 'without' ? 'without this package' : state,
    withSpread(medianMs),
    withSpread(lateMs),
    rounded(medianRatio),
    rounded(lateRatio),
  ]),
)}
${growth === undefined ? '' : flushesOf(more.flushes) + datadogOf(more.datadog) + growthOf(growth) + saturationOf(more.saturation) + serviceOf(more.service) + outagesOf(more.outages) + periodsOf(more.periods) + fleetOf(more.fleet)}`;
}

/** What each figure is to be at most; the sections below say why where it is more. */
function goalsOf({ onEnd, naming, imports, chains, allocation, flushes, packed }) {
  const { shapes } = naming;
  const [small, large] = flushes;
  const shareOf = ({ peakMiB, reportMiB }) => peakMiB / reportMiB;
  const goals = [
    ['`onEnd` under `span`, times a bare loop', 1.2, onEnd.namings.span.ratio.median, 'on-end.mjs span'],
    [
      'of a request with its route, under `stardust`, times a bare loop',
      2,
      shapes.route.onEndNs.median / shapes.route.bareNs.median,
      'naming.mjs',
    ],
    ['of a request of a new URL, ns', 500, shapes.serverUrl.onEndNs.median, 'naming.mjs'],
    ['of a call of a new URL, ns', 500, shapes.clientUrl.onEndNs.median, 'naming.mjs'],
    ['of a new SQL statement of a known shape, ns', 1_000, shapes.sql.onEndNs.median, 'naming.mjs'],
    ['of a SQL statement of a new shape, ns', 1_000, shapes.newSql.onEndNs.median, 'naming.mjs'],
    ['allocated by `onEnd` of a span that is not kept, bytes', 0, allocation.endBytes.median, 'run.mjs'],
    ["sampler, times the SDK's", 1.5, chains.parts.sampler.ratio.median, 'chains.mjs'],
    ["propagator, times the SDK's", 1.5, chains.parts.propagator.ratio.median, 'chains.mjs'],
    ['import beside the SDK, ms', 15, imports.importMs.median, 'import.mjs 20'],
    ['memory of the import, MiB', 3, imports.importMiB.median, 'import.mjs 20'],
    [
      "memory with 2,000 names, without V8's compiler of undici's parser, MiB",
      12,
      imports.neededMiB.median,
      'import.mjs 20',
    ],
    [
      '2,000 names reported, longest hold of the event loop beside two busy loops, ms',
      10,
      small.longestMs.median,
      'event-loop.mjs 2000 2',
    ],
    ['100,000 names, the same, ms', 10, large.longestMs.median, 'event-loop.mjs 100000 2'],
    [
      '2,000 names, memory at the peak, times the report',
      3,
      shareOf(small),
      '--expose-gc event-loop.mjs 2000',
    ],
    ['100,000 names, the same', 3, shareOf(large), '--expose-gc event-loop.mjs 100000'],
    ['packed, kB', 200, packed.packedKB, 'run.mjs'],
    ['unpacked, kB', 700, packed.unpackedKB, 'run.mjs'],
  ];
  return `
## Goals

Programs are those of \`test/bench\`, run there with \`node\`; \`run.mjs\` is \`npm run bench\`.

${table(
  ['what', 'at most', 'seen', 'program'],
  goals.map(([what, most, seen, program]) => [what, rounded(most), rounded(seen), `\`${program}\``]),
)}
`;
}

const flushesOf = (flushes) => `
## A large report

All names are reported with all their samples, as many as four MiB of samples hold, while two busy loops run beside it on the
same two cores: a hold of the event loop includes what the system gives to them. How much that is shows the longest hold of the
same process, beside the same loops and for as long, while nothing is reported. Names are taken, and reports made, in pieces of a
millisecond or two, between which the event loop turns. Memory is what is held at the peak, without garbage, over what the names
themselves take.

${table(
  ['names', 'longest hold, ms', 'without a report, ms', 'memory at the peak, MiB', 'report, MiB of JSON'],
  flushes.map(({ names, longestMs, withoutMs, peakMiB, reportMiB }) => [
    rounded(names),
    withSpread(longestMs),
    withSpread(withoutMs),
    rounded(peakMiB),
    rounded(reportMiB),
  ]),
)}
`;

const SHAPES = {
  route: 'a request with its route',
  serverUrl: 'a request without a route, a new URL',
  clientUrl: 'a call of a new URL',
  sql: 'a new SQL statement of a known shape',
  newSql: 'a SQL statement of a new shape',
};

const datadogOf = ({ fault, rounds, version, none, theirs }) => `
## dd-trace

${
  fault === undefined
    ? `The statistics that dd-trace ${version} computes in the process (\`DD_TRACE_STATS_COMPUTATION_ENABLED\`), over the same spans, made
with its own API, without instrumentations; in turns with no processor. Rounds: ${rounds}. It sends what it has every few
seconds and cannot be asked to, so the time is that of making the spans, and the processor's goes on until all is sent.

${table(
  [
    'way',
    'wall, µs a span',
    'CPU, µs a span',
    'allocated, bytes a span',
    'bytes sent',
    'memory at the end, MiB',
  ],
  Object.entries({ 'no processor': none, 'dd-trace': theirs }).map(([way, seen]) => [
    way,
    ...['wallUs', 'cpuUs', 'allocatedBytes', 'wireBytes', 'memoryMiB'].map((figure) =>
      withSpread(seen[figure]),
    ),
  ]),
)}

It sends the spans too, also at a sample rate of 0: whether they are kept is left to its agent.`
    : `Its statistics could not be measured: ${fault}`
}
`;

const saturationOf = (points) => `
### spans a second

A process is asked for so many spans a second, in turns of the event loop, and makes none that it is late with. The share of the
processor counts all its threads.

${table(
  [
    'asked for',
    'made without a processor',
    'with this package',
    'CPU without',
    'CPU with',
    'longest hold without, ms',
    'with, ms',
  ],
  points.map(({ rate, none, ours }) => [
    rounded(rate),
    ...[none, ours].map(({ perSecond }) => rounded(perSecond)),
    ...[none, ours].map(({ cpuShare }) => `${rounded(100 * cpuShare)}%`),
    ...[none, ours].map(({ longestMs }) => rounded(longestMs)),
  ]),
)}

CPU grows in proportion to the spans up to the point where one thread makes no more: at ${most(points, 'ours')} spans a second with this
package, and ${most(points, 'none')} without a processor.
`;

const most = (points, way) => rounded(Math.max(...points.map((point) => point[way].perSecond)));

const growthOf = (growth) => `
## Growth

\`onEnd\` of a name that is known, and of a new one, of which a sample is kept.
${Object.entries(growth)
  .map(
    ([what, points]) => `
### ${what}

${table(
  [what, 'known name, ns', 'new name, ns', 'report, bytes', 'memory, MiB'],
  points.map(({ size, onEndNs, newNameNs, reportBytes, memoryMiB }) => [
    rounded(size),
    ...[onEndNs, newNameNs, reportBytes, memoryMiB].map(withSpread),
  ]),
)}

${shapeOf(what, points)}
`,
  )
  .join('')}`;

const serviceOf = ({ rounds, seconds, ways, calm }) => `
## A whole service

A small Express app with the instrumentations of HTTP and Express, under autocannon with 8 connections. "None" has the same
instrumentations and no exporter, so it makes no spans. Rounds: ${rounds}, of ${seconds} s each, in turns.

${table(
  [
    'way',
    'requests a second',
    'median, ms',
    '99th, ms',
    'CPU, µs a request',
    'CPU, times none',
    'memory, MiB',
  ],
  Object.entries(ways).map(([way, seen]) => [
    way === 'ours' ? 'this package' : way,
    ...['perSecond', 'medianMs', 'lateMs', 'cpuUs', 'cpuRatio', 'memoryMiB'].map((figure) =>
      withSpread(seen[figure]),
    ),
  ]),
)}

What this package adds includes the making of spans, which OTLP pays too.

The same service after ${calm.seconds / 60} minutes at ${calm.perSecond} requests a second, as many for each, side by side:

${table(
  ['way', 'requests', 'memory, MiB'],
  Object.entries(calm.ways).map(([way, { requests, memoryMiB }]) => [
    way === 'ours' ? 'this package' : way,
    rounded(requests),
    rounded(memoryMiB),
  ]),
)}
`;

const FLEET = 10_000;

function outagesOf(outages) {
  const [{ usual }] = outages;
  const perSecond = (figure) => rounded((FLEET * usual[figure]) / usual.seconds);
  const hour = outages.find(({ minutes }) => minutes === 60);
  return `
## An outage

One process with 200 names and a period of 60 s, by its own timers under fake time, with a server that drops every connection
for some minutes.

${table(
  [
    'minutes',
    'calls meanwhile',
    'five-minute periods waiting',
    'memory more, MiB',
    'calls after it',
    'bytes',
    'seconds until all is delivered',
  ],
  outages.map(({ minutes, outage, after, periodsWaiting, grownMiB }) =>
    [minutes, outage.calls, periodsWaiting, grownMiB, after.calls, after.bytes, after.seconds].map(rounded),
  ),
)}

What waits depends on names and on minutes, not on spans, and less than in proportion to the minutes.

A fleet of ${rounded(FLEET)} such processes makes ${perSecond('calls')} requests and ${perSecond('bytes')} bytes a second as usual${
    hour === undefined
      ? ''
      : `, and ${rounded((FLEET * hour.after.calls) / hour.after.seconds)} requests and ${rounded((FLEET * hour.after.bytes) / hour.after.seconds)} bytes a second after an outage of an hour`
  }.
`;
}

/** What a real Stardust server worked on one builder of a known name and on one sample, in seconds (2 cores, SQLite). */
const BUILDER_SECONDS = 0.000_1;
const SAMPLE_SECONDS = 0.000_07;

/** Seconds that such a server works in each second for one process. */
const workOf = ({ builders, samples, seconds }) =>
  (builders * BUILDER_SECONDS + samples * SAMPLE_SECONDS) / seconds;

const periodsOf = (periods) => `
What \`STARDUST_PERIOD_SECONDS\` does to it, in an hour as usual:

${table(
  [
    'period, s',
    'calls of a process',
    'bytes',
    'builders',
    'samples',
    `requests a second of ${rounded(FLEET)}`,
    'bytes a second',
    'processes that one server keeps up with',
  ],
  periods.map((usual) => {
    const { period, seconds, calls, bytes, builders, samples } = usual;
    return [
      period,
      calls,
      bytes,
      builders,
      samples,
      (FLEET * calls) / seconds,
      (FLEET * bytes) / seconds,
      1 / workOf(usual),
    ].map(rounded);
  }),
)}

The last column is of a Stardust server that was measured on two cores with SQLite: it worked ${rounded(1_000 * BUILDER_SECONDS)} ms on a builder of a
known name, and ${rounded(1_000 * SAMPLE_SECONDS)} ms on a sample. With this many processes it is busy all the time, so such a fleet needs a longer period, a larger
database, or more servers. The same server worked 8 to 10 ms on a name that is new to it: the 200 names of an app took it about
two seconds, once, however many processes the app has, as each name is announced before its counts. Where reports are minutes
apart, settlements follow each of them, and their builders are counted here too.
A report is taken at every border of five minutes too, and a ping is sent every half minute, at any period.
A period that the server's answer gives goes before the variable's.
`;

const fleetOf = (points) => `
## Processes

Processes with 200 names against one server that reads everything, each with five reports.

${table(
  ['processes', 'requests', 'bytes', 'CPU of the server for each process, ms'],
  points.map(({ count, requests, bytes, serverMs }) => [count, requests, bytes, serverMs].map(rounded)),
)}

Requests and bytes grow with the processes, and a process costs the server no more for being one of many.
`;
