// The stand-in server, in a process of its own.
import { startDevServer } from '../../dist/dev.js';

const server = await startDevServer({ port: 0 });
process.send(server.url);
