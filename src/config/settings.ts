import type { SpanLike } from '../span/span-like.ts';
import { addresses } from './address.ts';
import { either, type Form, flag, hook, integer, list, number, oneOf, text } from './forms.ts';
import { headers } from './headers.ts';
import type { StardustOptions } from './options.ts';
import { certificates, privateKey } from './pem.ts';

/** One row of the table of options: its form, its variable and its default. */
export interface Setting<T> {
  readonly form: Form<T>;
  /** Absent for what only code can give. */
  readonly variable?: string;
  /** Absent if there is none, or if another source decides. */
  readonly fallback?: T;
  /** Never shown. `inCode`: what code gives is not, while its variable is a file's name. */
  readonly secret?: true | 'inCode';
}

type Dispatcher = NonNullable<StardustOptions['dispatcher']>;
const dispatcher: Form<Dispatcher> = {
  accepts: 'an undici Dispatcher',
  fromCode: (value) =>
    typeof value === 'object' && value !== null && 'dispatch' in value ? (value as Dispatcher) : undefined,
  fromText: () => undefined,
};

interface Redaction {
  readonly keys: readonly string[];
  readonly sql: boolean | undefined;
  /** Whether tags and errors hold only what is known to be free of user data. */
  readonly strict: boolean;
}

const STRICT: Redaction = { keys: [], sql: true, strict: true };

/** `redact` as a list of keys is the same as its `keys`. */
const redaction: Form<Redaction> = {
  accepts: "'strict', an array of keys, or { keys?: string[], sql?: boolean }",
  fromCode: (value) => {
    if (value === 'strict') return STRICT;
    const keys = list.fromCode(value);
    if (keys !== undefined) return { keys, sql: undefined, strict: false };
    if (typeof value !== 'object' || value === null) return undefined;
    const given = value as { readonly keys?: unknown; readonly sql?: unknown };
    const named = list.fromCode(given.keys ?? []);
    const sql = flag.fromCode(given.sql);
    return named === undefined || sql !== given.sql ? undefined : { keys: named, sql, strict: false };
  },
  fromText: (value) =>
    value.toLowerCase() === 'strict'
      ? STRICT
      : { keys: list.fromText(value) ?? [], sql: undefined, strict: false },
};

const MILLIS = [1, 600_000, 'milliseconds'] as const;
const SECONDS = [1, 3_600, 'seconds'] as const;

/** Every option, in the order in which it is documented. */
export const SETTINGS = {
  server: { form: addresses, variable: 'STARDUST_SERVER' },
  appId: { form: text, variable: 'STARDUST_APP_ID' },
  secret: { form: text, variable: 'STARDUST_SECRET', fallback: '', secret: true },
  saltedSecret: { form: flag, variable: 'STARDUST_SALTED_SECRET', fallback: true },
  tokenIn: { form: oneOf('query', 'header'), variable: 'STARDUST_TOKEN_IN', fallback: 'query' },
  appName: { form: text, variable: 'STARDUST_APP_NAME' },
  clientId: { form: text, variable: 'STARDUST_CLIENT_ID' },
  version: { form: text, variable: 'STARDUST_APP_VERSION' },
  periodSeconds: { form: number(...SECONDS), variable: 'STARDUST_PERIOD_SECONDS', fallback: 60 },
  pingIntervalSeconds: { form: number(...SECONDS), variable: 'STARDUST_PING_INTERVAL_SECONDS', fallback: 30 },
  requestTimeoutMillis: {
    form: number(...MILLIS),
    variable: 'STARDUST_REQUEST_TIMEOUT_MILLIS',
    fallback: 15_000,
  },
  shutdownTimeoutMillis: {
    form: number(...MILLIS),
    variable: 'STARDUST_SHUTDOWN_TIMEOUT_MILLIS',
    fallback: 2_000,
  },
  naming: {
    form: either<'span' | 'stardust', (span: SpanLike) => string>(
      oneOf('span', 'stardust'),
      hook<(span: SpanLike) => string>(),
    ),
    variable: 'STARDUST_NAMING',
    fallback: 'span',
  },
  nameGroups: { form: list, variable: 'STARDUST_NAME_GROUPS', fallback: [] },
  excludes: { form: list, variable: 'STARDUST_EXCLUDES', fallback: [] },
  filter: { form: hook<(span: SpanLike) => boolean>() },
  internalSpans: { form: flag, variable: 'STARDUST_INTERNAL_SPANS', fallback: true },
  errorStatusFrom: {
    form: either<number, 'stardust'>(integer(100, 999), oneOf('stardust')),
    variable: 'STARDUST_ERROR_STATUS_FROM',
  },
  maxNames: { form: integer(1, 100_000), variable: 'STARDUST_MAX_NAMES', fallback: 2_000 },
  maxSamples: { form: integer(0, 1_000), variable: 'STARDUST_MAX_SAMPLES', fallback: 1 },
  maxErrors: { form: integer(0, 1_000), variable: 'STARDUST_MAX_ERRORS', fallback: 10 },
  slowThresholdMillis: {
    form: number(1, 86_400_000, 'milliseconds'),
    variable: 'STARDUST_SLOW_THRESHOLD_MILLIS',
    fallback: 5_000,
  },
  maxTagLength: { form: integer(0, 2_000), variable: 'STARDUST_MAX_TAG_LENGTH', fallback: 1_024 },
  tag: { form: hook<(span: SpanLike) => string>() },
  redact: {
    form: redaction,
    variable: 'STARDUST_REDACT',
    fallback: { keys: [], sql: undefined, strict: false },
  },
  resendUnclear: { form: flag, variable: 'STARDUST_RESEND_UNCLEAR', fallback: true },
  maxBacklogBytes: {
    form: integer(65_536, 2 ** 31, 'bytes'),
    variable: 'STARDUST_MAX_BACKLOG_BYTES',
    fallback: 16 * 1024 * 1024,
  },
  backlogDirectory: { form: text, variable: 'STARDUST_BACKLOG_DIR' },
  processInfo: { form: flag, variable: 'STARDUST_PROCESS_INFO', fallback: true },
  headers: { form: headers, variable: 'STARDUST_HEADERS', fallback: {}, secret: true },
  ca: { form: certificates, variable: 'STARDUST_CA', secret: 'inCode' },
  cert: { form: certificates, variable: 'STARDUST_CERT', secret: 'inCode' },
  key: { form: privateKey, variable: 'STARDUST_KEY', secret: 'inCode' },
  dispatcher: { form: dispatcher },
} as const satisfies { [K in keyof StardustOptions]-?: Setting<unknown> };

/** The second variable of `redact`. */
export const REDACT_SQL = {
  form: flag,
  variable: 'STARDUST_REDACT_SQL',
  fallback: true,
} as const satisfies Setting<boolean>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends { readonly form: Form<infer T> } ? T : never;
type MissingOf<S> = S extends { readonly fallback: unknown } ? never : undefined;

/** All options, read, checked and filled up; frozen. */
export type Settings = {
  readonly [K in SettingName]: ValueOf<(typeof SETTINGS)[K]> | MissingOf<(typeof SETTINGS)[K]>;
};
