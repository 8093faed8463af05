/** What a report's answer tells a client. Times in it are seconds (`period`) and milliseconds (`timeout`). */
export interface ServerLimits {
  /** Seconds between two reports. */
  readonly period: number;
  /** Samples a client may keep per name and period. */
  readonly maxSamples: number;
  /** Error samples a client may keep per name and period. */
  readonly maxErrors: number;
  /** Milliseconds from which a call is slow. */
  readonly timeout: number;
  readonly maxTagLength: number;
  readonly requestTagLength: number;
  /** Whether process figures are wanted. */
  readonly enableMeter: boolean;
  /** Names that are not counted: patterns for the whole name, ignoring case. They come only to clients that send a Version. */
  readonly excludes: readonly string[] | null;
}

/** What {@link startDevServer} takes. */
export interface DevServerOptions {
  /**
   * The port to listen on; 0 takes any that is free.
   * @defaultValue 6600
   */
  readonly port?: number;
  /** @defaultValue '127.0.0.1' */
  readonly host?: string;
  /**
   * Further names under which the page may be opened, without a port: that of a container or of a proxy. The calls
   * of apps are taken under any name.
   * @defaultValue none: the address we listen at, and localhost
   */
  readonly hosts?: readonly string[];
  /** The limits every app is given at first; see {@link DevServer.setLimits}. */
  readonly limits?: Partial<ServerLimits>;
  /**
   * Drop a builder, as the real server does, whose name is only just being made known by another report.
   * @defaultValue false
   */
  readonly dropRacingNames?: boolean;
  /**
   * Milliseconds that a name costs which the app has not sent before.
   * @defaultValue 0; with `dropRacingNames` 8
   */
  readonly newNameMillis?: number;
  /**
   * Take apps that nobody set up. Without it their logins, and those with a wrong secret, are refused with 403.
   * @defaultValue true
   */
  readonly autoRegister?: boolean;
  /**
   * Seconds a token is good for; one that is issued with 0 or less has expired already.
   * @defaultValue 7200
   */
  readonly tokenExpireSeconds?: number;
  /**
   * Milliseconds by which the server's clock is ahead of ours.
   * @defaultValue 0
   */
  readonly clockOffsetMillis?: number;
}

/** The options with every default filled in. */
export type DevServerSettings = Readonly<
  Required<Omit<DevServerOptions, 'limits'>> & { limits: ServerLimits }
>;

/** What a real server sends for an app that nobody gave limits of its own. */
const LIMITS: ServerLimits = {
  period: 60,
  maxSamples: 1,
  maxErrors: 10,
  timeout: 5_000,
  maxTagLength: 1_024,
  requestTagLength: 1_024,
  enableMeter: true,
  excludes: null,
};

/** @internal */
export function settingsOf(options: DevServerOptions): DevServerSettings {
  const dropRacingNames = options.dropRacingNames ?? false;
  return {
    port: options.port ?? 6_600,
    host: options.host ?? '127.0.0.1',
    hosts: options.hosts ?? [],
    limits: { ...LIMITS, ...options.limits },
    dropRacingNames,
    newNameMillis: options.newNameMillis ?? (dropRacingNames ? 8 : 0),
    autoRegister: options.autoRegister ?? true,
    tokenExpireSeconds: options.tokenExpireSeconds ?? 7_200,
    clockOffsetMillis: options.clockOffsetMillis ?? 0,
  };
}
