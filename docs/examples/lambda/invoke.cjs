// Lambda's part, for a try on your own machine: it loads the handler and calls it, one event after the other.
// There, only NODE_OPTIONS="--require opentelemetry-stardust/register" and the STARDUST_ variables have to be set.
const { resolve } = require('node:path');

const [file, name] = process.env._HANDLER.split('.');

async function invoke(event) {
  // A function that is required anew would be a new one: Lambda loads it once and keeps it.
  const handler = require(resolve(process.env.LAMBDA_TASK_ROOT, `${file}.cjs`))[name];
  const context = { functionName: 'orders', awsRequestId: String(event.order), invokedFunctionArn: '' };
  try {
    await handler(event, context);
  } catch (error) {
    console.log(error.message);
  }
}

async function main() {
  for (const order of [1, 2, 3, 4]) await invoke({ order, stock: order % 4 });
}
main();
