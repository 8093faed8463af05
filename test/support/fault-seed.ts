/**
 * The seed of a test of faults: `FAULT_SEED`, or else 1, so that `npm test` does the same each time. A run of another
 * length than that, as its variable says, looks for news: its seed is random, and is printed.
 */
export function faultSeed(length: string | undefined): number {
  const { FAULT_SEED } = process.env;
  if (FAULT_SEED !== undefined) return Number(FAULT_SEED);
  if (length === undefined) return 1;
  const seed = Math.floor(Math.random() * 1_000_000);
  console.log(`FAULT_SEED=${seed}`);
  return seed;
}
