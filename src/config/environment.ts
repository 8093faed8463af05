/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The value of a variable; `undefined` if it is empty. Quotes around the whole value are taken off: a shell does that,
 * `docker run --env-file` and many readers of `.env` files do not.
 */
export function variableOf(environment: Environment, variable: string): string | undefined {
  const text = textIn(environment, variable).trim();
  const inner = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return (inner ?? text).trim() || undefined;
}

/** Some libraries put a proxy of their own in the place of `process.env`; what it refuses is not set. */
function textIn(environment: Environment, variable: string): string {
  try {
    return environment[variable] ?? '';
  } catch {
    return '';
  }
}

/** Whether OpenTelemetry's own switch turns the SDK off: `OTEL_SDK_DISABLED`, `true` in any case. */
export function isSdkDisabled(environment: Environment): boolean {
  return variableOf(environment, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true';
}
