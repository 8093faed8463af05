// Several processes, each measuring both sides in turns; the middle one counts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROCESSES = 7;
const program = fileURLToPath(new URL('./on-end.mjs', import.meta.url));
const runs = Array.from({ length: PROCESSES }, () => JSON.parse(spawnSync(process.execPath, [program]).stdout));
runs.sort((a, b) => a.ratio - b.ratio);

console.log(`onEnd against a bare loop that adds the same sums in a Map; 50 names, 8 excludes; Node ${process.version}`);
console.log('bare loop ns/span   onEnd ns/span   ratio');
for (const { bareNs, onEndNs, ratio } of runs) {
  console.log(`${bareNs.toFixed(1).padStart(17)}${onEndNs.toFixed(1).padStart(16)}${ratio.toFixed(2).padStart(8)}`);
}
console.log(`middle: ${runs[Math.floor(PROCESSES / 2)].ratio.toFixed(2)} times the bare loop`);
