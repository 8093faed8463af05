// Each benchmark in several processes that measure both sides in turns; the middle one counts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROCESSES = 7;

function run(file, ...args) {
  const program = fileURLToPath(new URL(file, import.meta.url));
  return JSON.parse(spawnSync(process.execPath, [program, ...args]).stdout);
}

const runs = (file, ...args) => Array.from({ length: PROCESSES }, () => run(file, ...args));

const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const cell = (value, width) => value.toFixed(value < 10 ? 2 : 1).padStart(width);

console.log(`Node ${process.version}, ${PROCESSES} processes each; the middle one counts`);

console.log('\nonEnd against a bare loop that adds the same sums in a Map; 50 names, 8 excludes');
for (const naming of ['span', 'stardust']) {
  console.log(`naming: '${naming}'\n  bare ns  onEnd ns   ratio`);
  const hot = runs('./on-end.mjs', naming).sort((a, b) => a.ratio - b.ratio);
  for (const { bareNs, onEndNs, ratio } of hot) {
    console.log(`${cell(bareNs, 9)}${cell(onEndNs, 10)}${cell(ratio, 8)}`);
  }
  console.log(`middle: ${middle(hot.map(({ ratio }) => ratio)).toFixed(2)} times the bare loop`);
}

console.log("\nonEnd under naming: 'stardust', each span with freshly built strings");
console.log('span                    bare ns  onEnd ns   ratio');
const named = runs('./naming.mjs');
for (const shape of Object.keys(named[0])) {
  const bareNs = middle(named.map((run) => run[shape].bareNs));
  const onEndNs = middle(named.map((run) => run[shape].onEndNs));
  console.log(`${shape.padEnd(22)}${cell(bareNs, 9)}${cell(onEndNs, 10)}${cell(onEndNs / bareNs, 8)}`);
}

console.log('\nlongest hold of the event loop while 2,000 names with all their samples are reported, ms');
const holds = runs('./event-loop.mjs');
console.log(
  `middle: ${middle(holds.map(({ longestMs }) => longestMs)).toFixed(1)}, over ${holds[0].reports} reports`,
);
console.log(`figures of the process for a ping: ${middle(holds.map(({ pingMs }) => pingMs)).toFixed(2)} ms`);

const PAIRS = 5;
/** Wide: what a busy machine does to a 99th percentile. Waiting for the server would take hundreds of times as long. */
const BOUND = 5;

console.log(`\nlatency of a service without this package, and with it; ${PAIRS} runs each, in turns, ms`);
console.log('Stardust server    median, lowest to highest     99th, lowest to highest    ratios');
/** The service without this package a second time shows how far two equal runs differ. */
const states = ['without', 'without, again', 'hanging', 'away'];
const rounds = Array.from({ length: PAIRS }, () =>
  Object.fromEntries(states.map((state) => [state, run('./latency.mjs', state.split(',')[0])])),
);
for (const state of states) {
  const cells = ['medianMs', 'lateMs'].map((figure) => {
    const times = rounds.map((round) => round[state][figure]).sort((a, b) => a - b);
    return `${cell(middle(times), 10)}${cell(times[0], 8)} to ${cell(times[PAIRS - 1], 4)}`;
  });
  const ratios = ['medianMs', 'lateMs'].map((figure) =>
    middle(rounds.map((round) => round[state][figure] / round.without[figure])),
  );
  if (ratios.some((ratio) => ratio > BOUND)) process.exitCode = 1;
  console.log(`${state.padEnd(15)}${cells.join('  ')}${ratios.map((ratio) => cell(ratio, 6)).join('')}`);
}
if (process.exitCode === 1) console.log(`BAD: more than ${BOUND} times the latency`);
console.log(
  "\nstart of a process under register, to the app's first line, beside OpenTelemetry's own register, ms",
);
const { oursMs, theirsMs, addedMs } = run('./start-up.mjs');
console.log(
  `ours ${oursMs.toFixed(0)}, theirs ${theirsMs.toFixed(0)}; middle of the differences ${addedMs.toFixed(0)}`,
);
