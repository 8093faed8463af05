// Builds the package; what its tools print is shown if they fail.
import { spawnSync } from 'node:child_process';

const built = spawnSync('npm run --silent build', { shell: true, encoding: 'utf8' });
if (built.status !== 0) process.stderr.write(built.stdout + built.stderr);
process.exitCode = built.status ?? 1;
