import type { ErrorStatusFrom } from '../span/outcome.ts';
import type { SpanLike } from '../span/span-like.ts';

/** An undici `Dispatcher`, as far as it is called; typed by itself, so that no version of undici is asked for. */
export interface DispatcherLike {
  dispatch(options: object, handler: object): boolean;
}

/** The content of a PEM file, as text or as the `Buffer` that reading it gives. */
export type Pem = string | Uint8Array;

/** What `redact` takes besides a list of keys. */
export interface RedactOptions {
  /** Keys whose values never leave, added to the built-in list. */
  keys?: readonly string[] | undefined;
  /** Whether the literals of SQL statements are masked. @defaultValue true */
  sql?: boolean | undefined;
}

/**
 * What a user may set, in code or by the environment. An option in code wins over its variable, the variable
 * over the resource, that over the default. What a report's answer says (period, samples, errors, slow
 * threshold, tag length, excludes) wins over all of them while it holds.
 */
export interface StardustOptions {
  /**
   * Address of the Stardust server: `http(s)://host:port`; a path prefix is kept, a trailing slash cut, and a
   * bare `host:port` means http. Of several, separated by commas, the first that answers is used. Without one
   * nothing is counted, and this is logged once.
   * Variable: `STARDUST_SERVER`.
   * @defaultValue none: inactive
   */
  server?: string | undefined;
  /**
   * The app's code on the console. `unknown_service…` counts as unset.
   * Variable: `STARDUST_APP_ID`.
   * @defaultValue `OTEL_SERVICE_NAME`, else `service.name` of the resource
   */
  appId?: string | undefined;
  /** The app's secret. Variable: `STARDUST_SECRET`. @defaultValue none */
  secret?: string | undefined;
  /**
   * Whether the secret is sent salted (`$md5$…`); false sends it in clear, for servers that cannot read that.
   * Variable: `STARDUST_SALTED_SECRET`.
   * @defaultValue true
   */
  saltedSecret?: boolean | undefined;
  /**
   * Where the token travels: `query` (`?Token=`) or `header` (`Authorization: Bearer`, out of proxy logs).
   * Variable: `STARDUST_TOKEN_IN`.
   * @defaultValue `query`
   */
  tokenIn?: 'query' | 'header' | undefined;
  /** Display name. Variable: `STARDUST_APP_NAME`. @defaultValue `service.name`, else the appId */
  appName?: string | undefined;
  /**
   * Name of this instance. Variable: `STARDUST_CLIENT_ID`.
   * @defaultValue `<ip>@<pid>`; `<ip>@<hostname>` when the pid is 1; in a worker thread `…-<thread>`
   */
  clientId?: string | undefined;
  /** Version of the app. Variable: `STARDUST_APP_VERSION`. @defaultValue `service.version`, else `1.0.0` */
  version?: string | undefined;
  /**
   * Seconds between two reports, 1 to 3,600, until a report's answer says otherwise.
   * Variable: `STARDUST_PERIOD_SECONDS`.
   * @defaultValue 60
   */
  periodSeconds?: number | undefined;
  /**
   * Seconds between two pings, 1 to 3,600, until a ping's answer says otherwise.
   * Variable: `STARDUST_PING_INTERVAL_SECONDS`.
   * @defaultValue 30
   */
  pingIntervalSeconds?: number | undefined;
  /** Milliseconds one call may take. Variable: `STARDUST_REQUEST_TIMEOUT_MILLIS`. @defaultValue 15,000 */
  requestTimeoutMillis?: number | undefined;
  /** Milliseconds the whole of shutdown may take. Variable: `STARDUST_SHUTDOWN_TIMEOUT_MILLIS`. @defaultValue 2,000 */
  shutdownTimeoutMillis?: number | undefined;
  /**
   * How a builder is named. `span`: as the span is; `stardust`: as Stardust's own agents name, with the kind the
   * console expects (docs/names-and-kinds.md); a function gets the span and its answer is used.
   * Variable: `STARDUST_NAMING`.
   * @defaultValue `stardust` in `stardust()` and `register`; `span` in a bare processor or exporter
   */
  naming?: 'span' | 'stardust' | ((span: SpanLike) => string) | undefined;
  /**
   * Patterns such as `/users/:id*`, `*` standing for anything: a name that fits is counted under the pattern.
   * Variable: `STARDUST_NAME_GROUPS`, separated by commas or semicolons.
   * @defaultValue none
   */
  nameGroups?: readonly string[] | undefined;
  /**
   * Names not to count, besides the server's: with `*` or `?` a pattern for the whole name, else a piece of text
   * found anywhere, ignoring case. Variable: `STARDUST_EXCLUDES`, separated by commas or semicolons.
   * @defaultValue none
   */
  excludes?: readonly string[] | undefined;
  /** Asked for every span; false: it is not counted. In code only. @defaultValue none */
  filter?: ((span: SpanLike) => boolean) | undefined;
  /**
   * Whether the layers of frameworks count: INTERNAL spans of express, router, koa, nest, fastify, graphql, next and
   * the like, and a second span of a call that another one counts, such as a framework's own beside that of http.
   * What is left out tears no trace and takes no exception away (docs/frameworks.md).
   * Variable: `STARDUST_INTERNAL_SPANS`.
   * @defaultValue false in `stardust()` and `register`; true in a bare processor or exporter
   */
  internalSpans?: boolean | undefined;
  /**
   * HTTP server spans answering this status or above are errors; `stardust` is the .NET agent's rule, 400 and
   * above 404. Variable: `STARDUST_ERROR_STATUS_FROM`.
   * @defaultValue 500; under `naming: 'stardust'` `stardust`
   */
  errorStatusFrom?: ErrorStatusFrom | undefined;
  /**
   * Names a process may hold; one not seen for an hour frees its place. From half of it on, ids inside names not
   * held yet are folded to `*`; at the limit, further names are counted together under `other:overflow`.
   * Variable: `STARDUST_MAX_NAMES`.
   * @defaultValue 2,000
   */
  maxNames?: number | undefined;
  /**
   * Samples kept per name and period, until a report's answer says otherwise.
   * Variable: `STARDUST_MAX_SAMPLES`.
   * @defaultValue 1
   */
  maxSamples?: number | undefined;
  /**
   * Error samples kept per name and period, until a report's answer says otherwise.
   * Variable: `STARDUST_MAX_ERRORS`.
   * @defaultValue 10
   */
  maxErrors?: number | undefined;
  /**
   * Milliseconds above which a span is kept as a sample beyond `maxSamples`, up to ten times as many, until a
   * report's answer says otherwise. Variable: `STARDUST_SLOW_THRESHOLD_MILLIS`.
   * @defaultValue 5,000
   */
  slowThresholdMillis?: number | undefined;
  /**
   * UTF-16 units of a sample's tag, until a report's answer says otherwise.
   * Variable: `STARDUST_MAX_TAG_LENGTH`.
   * @defaultValue 1,024
   */
  maxTagLength?: number | undefined;
  /**
   * The tag of a sample, asked only for spans that are kept; its answer is redacted too. In code only.
   * @defaultValue the request, the statement, the message, or the attributes (docs/samples-and-secrets.md)
   */
  tag?: ((span: SpanLike) => string) | undefined;
  /**
   * Keys whose values never leave, added to the built-in list, and whether the literals of SQL are masked. `'strict'`:
   * tags and errors hold only what is known to be free of user data (docs/samples-and-secrets.md).
   * Variables: `STARDUST_REDACT`, keys separated by commas or semicolons or `strict` alone, and `STARDUST_REDACT_SQL`.
   * @defaultValue the built-in list; `sql` true
   */
  redact?: 'strict' | readonly string[] | RedactOptions | undefined;
  /**
   * Whether a report whose answer never came is sent again, so that it may count twice, or counted as delivered.
   * Variable: `STARDUST_RESEND_UNCLEAR`.
   * @defaultValue true
   */
  resendUnclear?: boolean | undefined;
  /** Bytes of memory that undelivered counts may take. Variable: `STARDUST_MAX_BACKLOG_BYTES`. @defaultValue 16 MiB */
  maxBacklogBytes?: number | undefined;
  /**
   * A folder in which counts that could not be delivered survive a restart (docs/outages-and-guarantees.md). Made if
   * missing; not used if it is a link or another user's.
   * Variable: `STARDUST_BACKLOG_DIR`.
   * @defaultValue none: memory only
   */
  backlogDirectory?: string | undefined;
  /**
   * Whether pings carry CPU, memory and so on; the server can switch it off (`enableMeter`).
   * Variable: `STARDUST_PROCESS_INFO`.
   * @defaultValue true
   */
  processInfo?: boolean | undefined;
  /**
   * Further headers of each call; a function is asked for every call.
   * Variable: `STARDUST_HEADERS`, as `k=v,k2=v2`.
   * @defaultValue none
   */
  headers?: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>) | undefined;
  /**
   * The certificate authorities that a server with https is checked against, instead of Node's own: PEM, in code its
   * content, several one behind the other or as an array. Variable: `STARDUST_CA`, the name of a file, which is read
   * again when it changes.
   * @defaultValue none
   */
  ca?: Pem | readonly Pem[] | undefined;
  /**
   * The certificate that is shown to a server which asks for one, with those between it and its authority behind it:
   * PEM, in code its content. Needs `key`. Variable: `STARDUST_CERT`, the name of a file, which is read again when
   * it changes.
   * @defaultValue none
   */
  cert?: Pem | readonly Pem[] | undefined;
  /**
   * The private key of `cert`, without a passphrase: PEM, in code its content. Variable: `STARDUST_KEY`, the name of
   * a file, which is read again when it changes.
   * @defaultValue none
   */
  key?: Pem | undefined;
  /** An undici Dispatcher instead of ours; it is not closed at shutdown. In code only. @defaultValue none */
  dispatcher?: DispatcherLike | undefined;
}
