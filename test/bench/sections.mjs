// What the benchmark measures: each section runs its programs, prints what it saw, and returns it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { installed, rounded, run, spread, spreads, times, withSpread } from './processes.mjs';

const WAYS = ['none', 'nothing', 'ours, span', 'ours, stardust', 'seed', 'OTLP/proto', 'OTLP/json'];

/** The ways to report a span, in turns: no way is always the first of its round. */
export function perSpan({ rounds, spans }) {
  console.log(
    `\na span, from its start to the end of its delivery: ${rounds} rounds of ${rounded(spans)} spans`,
  );
  const seen = Object.fromEntries(WAYS.map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < WAYS.length; i++) {
      const way = WAYS[(round + i) % WAYS.length];
      seen[way].push(run('./per-span.mjs', [way, spans]));
    }
  }
  const ways = Object.fromEntries(WAYS.map((way) => [way, spreads(seen[way])]));
  for (const [way, { wallUs, cpuUs, allocatedBytes, wireBytes, requests, memoryMiB }] of Object.entries(
    ways,
  )) {
    console.log(way);
    console.log(`  wall µs ${withSpread(wallUs)}, CPU µs ${withSpread(cpuUs)}`);
    console.log(`  allocated bytes ${withSpread(allocatedBytes)}, bytes sent ${withSpread(wireBytes)}`);
    console.log(`  requests ${withSpread(requests)}, memory at the end MiB ${withSpread(memoryMiB)}`);
  }
  return { rounds, spans, ways };
}

/** dd-trace, which is installed for it, beside no processor. */
export function datadog({ rounds, spans }) {
  console.log(`\nthe statistics of dd-trace: ${rounds} rounds of ${rounded(spans)} spans`);
  const { folder, version, fault } = installed('dd-trace');
  if (fault !== undefined) {
    console.log(`it could not be installed: ${fault}`);
    return { fault };
  }
  try {
    const env = { ...process.env, BENCH_DD_TRACE: join(folder, 'package.json') };
    const seen = times(rounds, () => ({
      none: run('./per-span.mjs', ['none', spans]),
      theirs: run('./per-span.mjs', ['dd-trace', spans], { env }),
    }));
    const none = spreads(seen.map((each) => each.none));
    const theirs = spreads(seen.map((each) => each.theirs));
    console.log(`dd-trace ${version}: CPU µs ${withSpread(theirs.cpuUs)}, none ${withSpread(none.cpuUs)}`);
    console.log(
      `  allocated bytes ${withSpread(theirs.allocatedBytes)}, bytes sent ${withSpread(theirs.wireBytes)}`,
    );
    return { rounds, version, none, theirs };
  } catch (error) {
    console.log(`it could not be run: ${error.message}`);
    return { fault: error.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rest of the hot path: onEnd alone, against a loop that only adds. */
export function onEnd({ processes }) {
  console.log('\nonEnd against a bare loop that adds the same sums in a Map; 50 names, 8 excludes');
  const namings = {};
  for (const naming of ['span', 'stardust']) {
    const { bareNs, onEndNs, ratio } = spreads(times(processes, () => run('./on-end.mjs', [naming])));
    namings[naming] = { bareNs, onEndNs, ratio };
    console.log(
      `${naming}: bare ns ${withSpread(bareNs)}, onEnd ns ${withSpread(onEndNs)}, ratio ${withSpread(ratio)}`,
    );
  }
  return { processes, namings };
}

const WITHOUT_COLLECTIONS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];

/** What the hot path allocates: nothing at the end of a span, its place among the others at its start. */
export function allocation({ processes }) {
  console.log('\nbytes allocated for a span of which no sample is kept');
  const bytesOf = (file, args = []) =>
    spreads(times(processes, () => run(file, args, { flags: WITHOUT_COLLECTIONS })));
  const { rootBytes, childBytes } = bytesOf('./on-start.mjs');
  const { bytesPerSpan: endBytes } = bytesOf('./allocation.mjs', ['span']);
  console.log(
    `onStart ${withSpread(rootBytes)}, below a parent ${withSpread(childBytes)}, onEnd ${withSpread(endBytes)}`,
  );
  return { processes, rootBytes, childBytes, endBytes };
}

export function naming({ processes }) {
  console.log("\nonEnd under naming: 'stardust', each span with freshly built strings");
  const seen = times(processes, () => run('./naming.mjs'));
  const shapes = {};
  for (const shape of Object.keys(seen[0])) {
    const { bareNs, onEndNs } = spreads(seen.map((each) => each[shape]));
    shapes[shape] = { bareNs, onEndNs };
    console.log(`${shape}: bare ns ${withSpread(bareNs)}, onEnd ns ${withSpread(onEndNs)}`);
  }
  return { processes, shapes };
}

export function eventLoop({ processes }) {
  console.log('\nlongest hold of the event loop while 2,000 names with all their samples are reported');
  const seen = spreads(times(processes, () => run('./event-loop.mjs')));
  console.log(`ms ${withSpread(seen.longestMs)}, over ${seen.reports.median} reports`);
  console.log(`figures of the process for a ping: ms ${withSpread(seen.pingMs)}`);
  return { processes, ...seen };
}

const FLUSHED_NAMES = [2_000, 100_000];
const BUSY_LOOPS = 2;

/** Names with all their samples that are reported beside busy loops, and in other processes the memory it takes. */
export function flushes({ names = FLUSHED_NAMES, processes }) {
  console.log(`\nall names reported, beside ${BUSY_LOOPS} busy loops`);
  return names.map((count) => {
    const { longestMs, withoutMs } = spreads(
      times(processes, () => run('./event-loop.mjs', [count, BUSY_LOOPS])),
    );
    const { peakMiB, reportMiB } = run('./event-loop.mjs', [count], { flags: ['--expose-gc'] });
    console.log(
      `${rounded(count)} names: longest hold ms ${withSpread(longestMs)}, without a report ${withSpread(withoutMs)}, ` +
        `memory MiB ${rounded(peakMiB)} for ${rounded(reportMiB)} of JSON`,
    );
    return { names: count, longestMs, withoutMs, peakMiB, reportMiB };
  });
}

/** What npm would publish. */
export function packed() {
  const [{ size, unpackedSize }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      encoding: 'utf8',
      stdio: 'pipe',
    }),
  );
  console.log(`\npackage: ${rounded(size / 1_000)} kB packed, ${rounded(unpackedSize / 1_000)} kB unpacked`);
  return { packedKB: size / 1_000, unpackedKB: unpackedSize / 1_000 };
}

/**
 * Wide, over the slower of two equal runs: what a busy machine does to a 99th percentile. Waiting for the server would
 * take hundreds of times as long.
 */
const MOST_LATENCY = 5;

/** The service without this package a second time shows how far two equal runs differ. */
const STATES = ['without', 'without, again', 'hanging', 'away'];

export function latency({ rounds, requests }) {
  console.log(`\nlatency of a service without this package, and with it; ${rounds} rounds, in turns`);
  const seen = times(rounds, () =>
    Object.fromEntries(STATES.map((state) => [state, run('./latency.mjs', [state.split(',')[0], requests])])),
  );
  const states = {};
  const equalRuns = (round, figure) => Math.max(round.without[figure], round['without, again'][figure]);
  for (const state of STATES) {
    const { medianMs, lateMs } = spreads(seen.map((round) => round[state]));
    const [median, late] = ['medianMs', 'lateMs'].map(
      (figure) => spread(seen.map((round) => round[state][figure] / round.without[figure])).median,
    );
    states[state] = { medianMs, lateMs, medianRatio: median, lateRatio: late };
    console.log(
      `server ${state}: median ms ${withSpread(medianMs)}, 99th ms ${withSpread(lateMs)}, ` +
        `ratios ${rounded(median)} and ${rounded(late)}`,
    );
    const overBoth = ['medianMs', 'lateMs'].map(
      (figure) => spread(seen.map((round) => round[state][figure] / equalRuns(round, figure))).median,
    );
    if (Math.max(...overBoth) <= MOST_LATENCY) continue;
    console.log(`BAD: more than ${MOST_LATENCY} times the latency`);
    process.exitCode = 1;
  }
  return { rounds, requests, states };
}

export function startUp({ pairs }) {
  console.log(
    "\nstart of a process under register, to the app's first line, beside OpenTelemetry's own register",
  );
  const seen = run('./start-up.mjs', [pairs]);
  console.log(
    `ours ms ${withSpread(seen.oursMs)}, theirs ms ${withSpread(seen.theirsMs)}; ` +
      `differences ms ${withSpread(seen.addedMs)}`,
  );
  return { pairs, ...seen };
}

/** What a request pays before its span begins. */
export function chains({ processes }) {
  console.log("\nsampler and propagator, a request, beside the SDK's own");
  const seen = times(processes, () => run('./chains.mjs'));
  const parts = {};
  for (const part of ['sampler', 'propagator']) {
    const { theirsNs, oursNs, ratio } = spreads(seen.map((each) => each[part]));
    parts[part] = { theirsNs, oursNs, ratio };
    console.log(
      `${part}: theirs ns ${withSpread(theirsNs)}, ours ns ${withSpread(oursNs)}, ratio ${withSpread(ratio)}`,
    );
  }
  return { processes, parts };
}

/** What the package adds to a process that has the SDK. */
export function imports({ processes }) {
  console.log('\nimport of the package beside the SDK, and a process that has reported 2,000 names');
  const seen = run('./import.mjs', [processes]);
  console.log(`import: ms ${withSpread(seen.importMs)}, CPU ms ${withSpread(seen.importCpuMs)}`);
  console.log(
    `memory MiB: import ${withSpread(seen.importMiB)}, running ${withSpread(seen.runningMiB)}, ` +
      `without one compiler of V8 ${withSpread(seen.neededMiB)}, with one arena too ${withSpread(seen.arenaMiB)}, undici alone ${withSpread(seen.undiciMiB)}, ` +
      `of which held ${withSpread(seen.heldMiB)}`,
  );
  return { processes, ...seen };
}

const SERVICE_WAYS = ['none', 'ours', 'OTLP/proto'];

/** Express under autocannon with each way, in pairs against none; and its memory after minutes of calm use. */
export function service({ rounds, seconds, calm }) {
  console.log(`\nExpress under autocannon; ${rounds} rounds of ${seconds} s each, in turns`);
  const seen = times(rounds, (round) => {
    const turn = SERVICE_WAYS.map((_, i) => SERVICE_WAYS[(round + i) % SERVICE_WAYS.length]);
    return Object.fromEntries(turn.map((way) => [way, run('./service.mjs', [way, seconds])]));
  });
  const ways = {};
  for (const way of SERVICE_WAYS) {
    const cpuRatio = spread(seen.map((round) => round[way].cpuUs / round.none.cpuUs));
    ways[way] = { ...spreads(seen.map((round) => round[way])), cpuRatio };
    const { perSecond, medianMs, lateMs, cpuUs, memoryMiB } = ways[way];
    console.log(
      `${way}: requests/s ${withSpread(perSecond)}, median ms ${withSpread(medianMs)}, 99th ms ${withSpread(lateMs)}, ` +
        `CPU µs ${withSpread(cpuUs)}, times none ${withSpread(cpuRatio)}, memory MiB ${withSpread(memoryMiB)}`,
    );
  }
  console.log(`side by side, ${calm.perSecond} requests/s each, for ${calm.seconds} s`);
  const later = run('./service-memory.mjs', [calm.seconds, calm.perSecond]);
  for (const [way, { memoryMiB }] of Object.entries(later))
    console.log(`${way}: memory MiB ${rounded(memoryMiB)}`);
  return { rounds, seconds, ways, calm: { ...calm, ways: later } };
}

/** Minutes without a server, up to the longest time that counts wait. */
const OUTAGES = [0, 60, 720, 2_880];

/** One process under fake time: an hour as usual, an outage, and what comes after it. */
export function outages({ minutes = OUTAGES } = {}) {
  console.log('\none process with 200 names, by its own timers under fake time');
  return minutes.map((length) => {
    const seen = run('./outage.mjs', [length], { flags: ['--expose-gc'] });
    const { usual, outage, after, periodsWaiting, grownMiB } = seen;
    console.log(
      `outage of ${rounded(length)} min: an hour before ${usual.calls} calls, ${rounded(usual.bytes)} bytes; ` +
        `during ${outage.calls} calls; after ${after.calls} calls, ${rounded(after.bytes)} bytes in ${after.seconds} s; ` +
        `${periodsWaiting} periods waiting, MiB ${rounded(grownMiB)}`,
    );
    return { minutes: length, ...seen };
  });
}

/** Seconds of `STARDUST_PERIOD_SECONDS`. */
const PERIODS = [15, 60, 300, 900];

/** What the period does to the calls of a process: an hour as usual, by its own timers under fake time. */
export function periods({ seconds = PERIODS } = {}) {
  console.log('\nan hour of one process with 200 names, by period');
  return seconds.map((period) => {
    const { usual } = run('./outage.mjs', [0, period], { flags: ['--expose-gc'] });
    const { calls, bytes, builders, samples } = usual;
    console.log(
      `period of ${period} s: ${calls} calls, ${rounded(bytes)} bytes, ${builders} builders, ${samples} samples`,
    );
    return { period, ...usual };
  });
}

/** Spans a second that a process is asked to make. */
const RATES = [10_000, 50_000, 100_000, 200_000, 400_000, 800_000];

/** How many spans a second a process makes, until it makes no more. */
export function saturation({ rates = RATES, seconds }) {
  console.log('\nspans a second to saturation, with this package and without a processor');
  return rates.map((rate) => {
    const [none, ours] = ['none', 'ours'].map((way) => run('./saturation.mjs', [way, rate, seconds]));
    for (const [way, seen] of Object.entries({ none, ours }))
      console.log(
        `${rounded(rate)} asked, ${way}: ${rounded(seen.perSecond)} made, CPU ${rounded(100 * seen.cpuShare)}%, ` +
          `longest hold ms ${rounded(seen.longestMs)}`,
      );
    return { rate, none, ours };
  });
}

/** Processes against one server. */
export function fleet({ processes = [1, 4, 16, 64] } = {}) {
  console.log('\nprocesses with 200 names against one server, five reports each');
  return processes.map((count) => {
    const seen = run('./fleet.mjs', [count]);
    console.log(
      `${count}: requests ${rounded(seen.requests)}, bytes ${rounded(seen.bytes)}, ` +
        `CPU of the server for each process ms ${rounded(seen.serverMs)}`,
    );
    return { count, ...seen };
  });
}

const SIZES = {
  names: [10, 100, 1_000, 10_000, 100_000],
  attributes: [0, 1, 8, 64],
  excludes: [1, 10, 100, 1_000],
  tags: [0, 100, 1_000, 10_000, 100_000],
};

export function growth({ processes }) {
  console.log(`\ngrowth; ${processes} processes each`);
  return Object.fromEntries(
    Object.entries(SIZES).map(([what, sizes]) => {
      const points = sizes.map((size) => {
        const seen = spreads(times(processes, () => run('./growth.mjs', [what, size])));
        console.log(
          `${what} ${rounded(size)}: onEnd ns ${withSpread(seen.onEndNs)}, of a new name ${withSpread(seen.newNameNs)}, ` +
            `report bytes ${withSpread(seen.reportBytes)}, memory MiB ${withSpread(seen.memoryMiB)}`,
        );
        return { size, ...seen };
      });
      console.log(shapeOf(what, points));
      return [what, points];
    }),
  );
}

/** One sentence on how cost and report grew between the first and the last point. */
export function shapeOf(what, points) {
  const [first, last] = [points[0], points[points.length - 1]];
  const grew = (figure) => `${rounded(last[figure].median / first[figure].median)} times`;
  return (
    `From ${rounded(first.size)} to ${rounded(last.size)} ${UNITS[what]}, a span costs ${grew('onEndNs')} as much, ` +
    `a new name ${grew('newNameNs')}, and a report weighs ${grew('reportBytes')} as much.`
  );
}

const UNITS = {
  names: 'names',
  attributes: 'attributes a span',
  excludes: 'excludes',
  tags: 'characters in an attribute',
};
