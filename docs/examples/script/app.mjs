import { readFile } from 'node:fs/promises';
import { SpanStatusCode, trace } from '@opentelemetry/api';

// A job that runs and ends. The last counts are sent at its end, so nothing has to be closed.
const tracer = trace.getTracer('import');

/** Counts the work under this name, with its time and its error. */
function counted(name, work) {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    } finally {
      span.end();
    }
  });
}

await counted('import', async () => {
  for (const row of ['1;apple', '2;pear', '3', '4;plum']) {
    // Names are few: what differs from call to call belongs into attributes.
    await counted('import row', async () => {
      if (!row.includes(';')) throw new RangeError('no name in row');
    });
  }
  await counted('read settings', () => readFile('package.json', 'utf8'));
});
