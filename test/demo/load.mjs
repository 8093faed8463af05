// The load generator: autocannon, once per route and all at the same time. By `amount`, not by `duration`, which
// would leave the last requests sent but not counted.
import autocannon from 'autocannon';
import { ROUTES } from './routes.mjs';

const TIMEOUT_SECONDS = 30;

export class Load {
  #answered = 0;
  #runs;

  constructor(url) {
    this.#runs = ROUTES.map(({ amount, connections, perSecond, requests }) => {
      const limits = { amount, overallRate: perSecond, timeout: TIMEOUT_SECONDS, bailout: 1 };
      const run = autocannon({ url, connections, requests, ...limits });
      run.on('response', () => {
        this.#answered++;
      });
      return run;
    });
  }

  /** Requests answered so far. */
  get answered() {
    return this.#answered;
  }

  /** For each route what autocannon counted: requests made, answers of 500 and above, requests without an answer. */
  async finished() {
    const results = await Promise.all(this.#runs);
    return results.map((result, i) => ({
      ...ROUTES[i],
      made: result.requests.total,
      failed: result['5xx'],
      unanswered: result.errors,
    }));
  }

  stop() {
    for (const run of this.#runs) run.stop();
  }
}
