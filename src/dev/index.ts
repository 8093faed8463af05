export type { AppSettings } from './apps.ts';
export { type DevServer, startDevServer } from './dev-server.ts';
export type { Fault } from './faults.ts';
export type { DevServerOptions, ServerLimits } from './options.ts';
export type { ReceivedApp } from './received-app.ts';
export type { ReceivedBucket, ReceivedName } from './received-name.ts';
export type { ReceivedRequest } from './request-log.ts';
