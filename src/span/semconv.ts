/**
 * Names of attributes in OpenTelemetry's semantic conventions: the stable one first, then the one that
 * instrumentations of the 1.x line still write.
 */
export const HTTP_METHOD = ['http.request.method', 'http.method'] as const;
export const HTTP_STATUS = ['http.response.status_code', 'http.status_code'] as const;
export const URL_FULL = ['url.full', 'http.url'] as const;
export const URL_PATH = ['url.path', 'http.target'] as const;
export const SERVER_ADDRESS = ['server.address', 'net.peer.name'] as const;
export const ERROR_TYPE = 'error.type';
export const EXCEPTION_EVENT = 'exception';
export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';
export const SERVICE_NAME = 'service.name';
export const SERVICE_VERSION = 'service.version';
