import fc from 'fast-check';

/**
 * Runs before each test file. Property tests try the same inputs each time, so that `npm test` says the same of the same
 * code. `SEED=7` tries others, `SEED=random` those of a seed that is printed.
 */
const { SEED = '1' } = process.env;
const seed = SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(SEED);
if (!Number.isInteger(seed)) throw new Error('SEED must be a whole number, or random');
if (SEED === 'random') console.log(`SEED=${seed}`);
fc.configureGlobal({ seed });
