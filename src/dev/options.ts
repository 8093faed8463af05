import { checkFields } from './check-fields.ts';
import { checkLimits, DEFAULT_LIMITS, type ServerLimits } from './limits.ts';

/** Options of {@link startDevServer}. */
export interface DevServerOptions {
  /**
   * The port to listen on; 0 takes any free one.
   * @defaultValue 6600
   */
  readonly port?: number;
  /**
   * The address to listen on.
   * @defaultValue '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Further names under which the page may be opened, without a port: of a container or a proxy, for example. The
   * calls of apps are accepted under any name.
   * @defaultValue none: only the address it listens on, and localhost
   */
  readonly hosts?: readonly string[];
  /** Limits for every app; see {@link DevServer.setLimits}. Those left out are the real server's. */
  readonly limits?: Partial<ServerLimits>;
  /**
   * Drop a builder if another report is just making its name known, as the real server does.
   * @defaultValue false
   */
  readonly dropRacingNames?: boolean;
  /**
   * Milliseconds that it takes to make a name known.
   * @defaultValue 0; with `dropRacingNames` 8
   */
  readonly newNameMillis?: number;
  /**
   * Accept apps that nobody set up. If false, their logins, and those with a wrong secret, are refused with 403.
   * @defaultValue true
   */
  readonly autoRegister?: boolean;
  /**
   * Seconds until a token expires; with 0 or less it is issued expired.
   * @defaultValue 7200
   */
  readonly tokenExpireSeconds?: number;
  /**
   * Milliseconds by which the server's clock is ahead of this machine's.
   * @defaultValue 0
   */
  readonly clockOffsetMillis?: number;
}

/** The options with every default filled in. */
export type DevServerSettings = Readonly<
  Required<Omit<DevServerOptions, 'limits'>> & { limits: ServerLimits }
>;

const DEFAULTS: DevServerSettings = {
  port: 6_600,
  host: '127.0.0.1',
  hosts: [],
  limits: DEFAULT_LIMITS,
  dropRacingNames: false,
  newNameMillis: 0,
  autoRegister: true,
  tokenExpireSeconds: 7_200,
  clockOffsetMillis: 0,
};
const RACING_NAME_MILLIS = 8;

/**
 * Fills in the defaults.
 * @throws TypeError for an option or a limit that does not exist, has another type or is out of range
 * @internal
 */
export function settingsOf(options: DevServerOptions): DevServerSettings {
  checkFields('option', options, DEFAULTS);
  checkLimits(options.limits ?? {});
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const newNameMillis = options.dropRacingNames ? RACING_NAME_MILLIS : DEFAULTS.newNameMillis;
  return { ...DEFAULTS, newNameMillis, ...given, limits: { ...DEFAULT_LIMITS, ...options.limits } };
}
