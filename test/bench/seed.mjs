// The algorithm of the SDK in Stardust's own manual, for finished spans: what a user would write by hand.
import { request } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const PERIOD_MS = 60_000;
const MAX_SAMPLES = 1;
const MAX_ERRORS = 10;
const MAX_TAG_LENGTH = 1_024;
const ERROR = 2;
const OWN_CALLS = ['/Trace/Report', '/Trace/ReportRaw'];

const millis = ([seconds, nanos]) => Math.floor(seconds * 1_000 + nanos / 1_000_000);

/** What the manual's SDK keeps of a span: made for each one, also where no sample is kept. */
function keptOf(span) {
  const { traceId, spanId } = span.spanContext();
  return {
    Id: spanId,
    ParentId: span.parentSpanContext?.spanId ?? '',
    TraceId: traceId,
    StartTime: millis(span.startTime),
    EndTime: millis(span.endTime),
    Tag: String(span.attributes['url.path'] ?? span.attributes['db.query.text'] ?? ''),
    Error: span.status.code === ERROR ? (span.status.message ?? 'error') : '',
  };
}

class Builder {
  #name;
  #startTime = Date.now();
  #endTime = 0;
  #total = 0;
  #errors = 0;
  #cost = 0;
  #maxCost = 0;
  #minCost = 0;
  #samples = [];
  #errorSamples = [];

  constructor(name) {
    this.#name = name;
  }

  add(kept) {
    const elapsed = kept.EndTime - kept.StartTime;
    this.#total++;
    this.#cost += elapsed;
    if (this.#maxCost === 0 || elapsed > this.#maxCost) this.#maxCost = elapsed;
    if (this.#minCost === 0 || elapsed < this.#minCost) this.#minCost = elapsed;
    if (kept.Error !== '') {
      this.#errors++;
      if (this.#errorSamples.length < MAX_ERRORS) this.#errorSamples.push(kept);
    } else if (this.#samples.length < MAX_SAMPLES) {
      this.#samples.push(kept);
    }
    this.#endTime = Date.now();
  }

  toJSON() {
    return {
      Name: this.#name,
      StartTime: this.#startTime,
      EndTime: this.#endTime,
      Total: this.#total,
      Errors: this.#errors,
      Cost: this.#cost,
      MaxCost: this.#maxCost,
      MinCost: this.#minCost,
      Samples: this.#samples,
      ErrorSamples: this.#errorSamples,
    };
  }
}

export class SeedProcessor {
  #server;
  #excludes;
  #token;
  #builders = new Map();
  #timer;

  constructor(server, excludes = []) {
    this.#server = server;
    this.#excludes = excludes;
    this.#timer = setInterval(() => this.forceFlush().catch(console.error), PERIOD_MS);
    this.#timer.unref();
  }

  onStart() {}

  onEnd(span) {
    const { name } = span;
    if (OWN_CALLS.includes(name)) return;
    for (const exclude of this.#excludes) {
      if (exclude !== '' && name.toLowerCase().includes(exclude.toLowerCase())) return;
    }
    const kept = keptOf(span);
    if (kept.Tag.length > MAX_TAG_LENGTH) kept.Tag = kept.Tag.slice(0, MAX_TAG_LENGTH);
    let builder = this.#builders.get(name);
    if (builder === undefined) {
      builder = new Builder(name);
      this.#builders.set(name, builder);
    }
    builder.add(kept);
  }

  async forceFlush() {
    if (this.#builders.size === 0) return;
    const app = { AppId: 'bench', AppName: 'bench', ClientId: `127.0.0.1@${process.pid}` };
    const report = JSON.stringify({ ...app, Builders: [...this.#builders.values()] });
    this.#builders.clear();
    this.#token ??= (await this.#post('/App/Login', JSON.stringify(app))).Token;
    if (report.length > 1_024) {
      const packed = await promisify(gzip)(report);
      await this.#post(`/Trace/ReportRaw?Token=${this.#token}`, packed, 'application/x-gzip');
    } else {
      await this.#post(`/Trace/Report?Token=${this.#token}`, report);
    }
  }

  async shutdown() {
    clearInterval(this.#timer);
    await this.forceFlush();
  }

  #post(path, body, type = 'application/json') {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body) };
      const call = request(`${this.#server}${path}`, { method: 'POST', headers }, async (response) => {
        const chunks = await response.toArray();
        resolve(JSON.parse(Buffer.concat(chunks).toString()).data);
      });
      call.on('error', reject).end(body);
    });
  }
}
