/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether OpenTelemetry's own switch turns the SDK off: `OTEL_SDK_DISABLED`, `true` in any case. */
export function isSdkDisabled(environment: Environment): boolean {
  return environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true';
}
