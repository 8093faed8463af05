import type { Attributes } from './span-like.ts';

/**
 * What semantic conventions of OpenTelemetry call by two names: the stable one first, then the one that
 * instrumentations of the 1.x line still write. Written out as readers: a name known to the engine is found several
 * times faster than one from a list.
 */
export const HTTP_METHOD = (told: Attributes) => told['http.request.method'] ?? told['http.method'];
export const HTTP_STATUS = (told: Attributes) =>
  told['http.response.status_code'] ?? told['http.status_code'];
export const URL_FULL = (told: Attributes) => told['url.full'] ?? told['http.url'];
export const URL_PATH = (told: Attributes) => told['url.path'] ?? told['http.target'];
export const SERVER_ADDRESS = (told: Attributes) => told['server.address'] ?? told['net.peer.name'];
export const PEER_ADDRESS = (told: Attributes) => told['network.peer.address'] ?? told['net.peer.ip'];
export const CLIENT_ADDRESS = (told: Attributes) => told['client.address'] ?? told['http.client_ip'];
export const DB_SYSTEM = (told: Attributes) => told['db.system.name'] ?? told['db.system'];
export const DB_STATEMENT = (told: Attributes) => told['db.query.text'] ?? told['db.statement'];
export const DB_OPERATION = (told: Attributes) => told['db.operation.name'] ?? told['db.operation'];
export const MESSAGING_DESTINATION = (told: Attributes) =>
  told['messaging.destination.name'] ?? told['messaging.destination'];
export const MESSAGING_OPERATION = (told: Attributes) =>
  told['messaging.operation.type'] ?? told['messaging.operation'];

export const URL_QUERY = 'url.query';
export const ERROR_TYPE = 'error.type';
export const EXCEPTION_EVENT = 'exception';
export const RPC_ERROR = 'grpc.error_message';
export const SERVICE_NAME = 'service.name';
export const SERVICE_VERSION = 'service.version';
