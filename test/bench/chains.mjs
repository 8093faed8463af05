// What a request costs in the sampler and in the propagator, beside the SDK's own, in turns, over the same requests: half
// of them come with a parent. Counts the time of the processor. Prints JSON.
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { StardustPropagator, stardust } from './built-package.mjs';

const ROUNDS = 120;
const WARM_UP = 40;
const PASSES = 20;
const REQUESTS = 1_000;

const hex = (i, units) => (i + 1).toString(16).padStart(units, '7');
const requests = Array.from({ length: REQUESTS }, (_, i) => {
  const traceId = hex(i, 32);
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: hex(i, 16),
    traceFlags: i % 4 < 2 ? 1 : 0,
  });
  return {
    traceId,
    context: i % 2 === 0 ? ROOT_CONTEXT : parent,
    attributes: undefined,
    headers: i % 2 === 0 ? {} : { traceparent: `00-${traceId}-${hex(i, 16)}-01` },
    outgoing: parent,
  };
});

/**
 * What the HTTP server's instrumentation tells of each request, freshly cut out of it: V8 remembers the hash of a string
 * that it has seen before, and no request comes twice.
 */
function tellAnew() {
  for (const [i, request] of requests.entries()) {
    const path = Buffer.from(`/api/route${i % 50}/list`).toString('latin1');
    request.attributes = { 'http.request.method': 'GET', 'url.path': path };
  }
}

const sample = (sampler) => () => {
  let sampled = 0;
  for (const { context, traceId, attributes } of requests)
    sampled += sampler.shouldSample(context, traceId, 'GET', SpanKind.SERVER, attributes, []).decision;
  return sampled;
};

/** Reads the headers of a request, and writes those of a call that it makes. */
const propagate = (propagator) => () => {
  let written = 0;
  for (const { headers, outgoing } of requests) {
    propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const carrier = {};
    propagator.inject(outgoing, carrier, defaultTextMapSetter);
    written += carrier.traceparent.length;
  }
  return written;
};

function timeOf(work) {
  let us = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    tellAnew();
    const start = process.cpuUsage().user;
    work();
    us += process.cpuUsage().user - start;
  }
  return (1_000 * us) / (PASSES * REQUESTS);
}

const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

function compared(theirs, ours) {
  const ns = { theirs: [], ours: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? ['theirs', 'ours'] : ['ours', 'theirs']) {
      const figure = timeOf(side === 'ours' ? ours : theirs);
      if (round >= WARM_UP) ns[side].push(figure);
    }
  }
  const [theirsNs, oursNs] = [middle(ns.theirs), middle(ns.ours)];
  return { theirsNs, oursNs, ratio: oursNs / theirsNs };
}

console.log(
  JSON.stringify({
    sampler: compared(
      sample(new ParentBasedSampler({ root: new AlwaysOnSampler() })),
      sample(stardust({ server: 'http://127.0.0.1:1', appId: 'bench' }).sampler),
    ),
    propagator: compared(propagate(new W3CTraceContextPropagator()), propagate(new StardustPropagator())),
  }),
);
process.exit(0);
