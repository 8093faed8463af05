// `npm run soak -- --minutes 30`: a service under hostile spans and a failing server, for as long as asked.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const env = { ...process.env, SOAK_SECONDS: String(Number(values.minutes) * 60) };
if (values.seed !== undefined) env.FAULT_SEED = values.seed;
const vitest = spawn('npx', ['vitest', 'run', 'test/soak'], { env, stdio: 'inherit' });
vitest.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
