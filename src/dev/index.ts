export { type DevServer, startDevServer } from './dev-server.ts';
export type { Fault } from './faults.ts';
export type { ServerLimits } from './limits.ts';
export type { DevServerOptions } from './options.ts';
export type { ReceivedApp } from './received/app-book.ts';
export type { AppSettings } from './received/apps.ts';
export type { ReceivedBucket, ReceivedName } from './received/name-book.ts';
export type { ReceivedRequest } from './received/request-log.ts';
