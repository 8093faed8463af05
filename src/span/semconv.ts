/**
 * Names of attributes in OpenTelemetry's semantic conventions: the stable one first, then the one that
 * instrumentations of the 1.x line still write.
 */
export const HTTP_METHOD = ['http.request.method', 'http.method'] as const;
export const HTTP_STATUS = ['http.response.status_code', 'http.status_code'] as const;
export const URL_FULL = ['url.full', 'http.url'] as const;
export const URL_PATH = ['url.path', 'http.target'] as const;
export const SERVER_ADDRESS = ['server.address', 'net.peer.name'] as const;
export const PEER_ADDRESS = ['network.peer.address', 'net.peer.ip'] as const;
export const CLIENT_ADDRESS = ['client.address', 'http.client_ip'] as const;
export const URL_QUERY = 'url.query';
export const DB_SYSTEM = ['db.system.name', 'db.system'] as const;
export const DB_STATEMENT = ['db.query.text', 'db.statement'] as const;
export const DB_OPERATION = ['db.operation.name', 'db.operation'] as const;
export const MESSAGING_DESTINATION = ['messaging.destination.name', 'messaging.destination'] as const;
export const MESSAGING_OPERATION = ['messaging.operation.type', 'messaging.operation'] as const;
export const ERROR_TYPE = 'error.type';
export const EXCEPTION_EVENT = 'exception';
export const RPC_ERROR = 'grpc.error_message';
export const SERVICE_NAME = 'service.name';
export const SERVICE_VERSION = 'service.version';
