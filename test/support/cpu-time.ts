/** Milliseconds of processor that this process has used: other programs of the machine do not count. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * The least CPU time of six runs, in milliseconds: other programs of the machine count little. Once it is below
 * `enough`, no more runs are made.
 */
export function leastCpuTime(run: () => unknown, enough = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 6 && least >= enough; turn++) {
    const start = cpuTime();
    run();
    least = Math.min(least, cpuTime() - start);
  }
  return least;
}
