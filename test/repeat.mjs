// `npm run test:repeat -- 20 test/exit/exit.test.ts`: runs test files this many times, to find a test that fails now and
// then. Further words go to vitest: `-t "a name"`.
import { spawnSync } from 'node:child_process';

const [times, ...words] = process.argv.slice(2);
if (!(Number(times) > 0) || words.length === 0) {
  console.error('usage: npm run test:repeat -- <times> <file> …');
  process.exit(2);
}

let failed = 0;
for (let run = 1; run <= Number(times); run++) {
  const startMs = performance.now();
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', ...words], { encoding: 'utf8' });
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  console.log(`${run} of ${times}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (status === 0) continue;
  failed++;
  console.log(stdout + stderr);
}
console.log(failed === 0 ? `passed ${times} times` : `failed ${failed} of ${times} times`);
process.exitCode = failed === 0 ? 0 : 1;
