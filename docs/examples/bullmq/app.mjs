import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT ?? 6379) };
// Without it, only the commands to Redis would be seen. It also carries the trace from the queue to the worker.
const telemetry = new BullMQOtel('shop');

const queue = new Queue('mails', { connection, telemetry });
const worker = new Worker(
  'mails',
  async (job) => {
    if (job.data.to === undefined) throw new TypeError('no address');
    return job.data.to.length;
  },
  { connection, telemetry },
);

let left = 5;
const done = async () => {
  left -= 1;
  if (left > 0) return;
  await worker.close();
  await queue.close();
};
worker.on('completed', done);
worker.on('failed', done);

for (const to of ['ann', 'bob', 'eve', 'kim']) await queue.add('welcome', { to });
await queue.add('welcome', {});
