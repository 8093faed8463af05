/** The peer of the benchmark: the same sums in a Map, and nothing else. */
export class BareLoop {
  #builders = new Map();

  onEnd(span) {
    const ms = span.duration[0] * 1_000 + span.duration[1] / 1_000_000;
    let builder = this.#builders.get(span.name);
    if (builder === undefined) {
      builder = { total: 0, errors: 0, cost: 0, max: 0, min: Number.POSITIVE_INFINITY };
      this.#builders.set(span.name, builder);
    }
    builder.total++;
    if (span.status.code === 2) builder.errors++;
    builder.cost += ms;
    if (ms > builder.max) builder.max = ms;
    if (ms < builder.min) builder.min = ms;
  }
}
