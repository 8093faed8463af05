import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach } from 'vitest';

afterEach(() => diag.disable());

/** Lines logged through diag, one string each, with their level. */
export function logLines(level = DiagLogLevel.INFO): string[] {
  const lines: string[] = [];
  const at = (word: string) => (namespace: string, text: unknown) =>
    lines.push(`${word} ${String(text ?? namespace)}`);
  diag.setLogger(
    { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), verbose: at('verbose') },
    { logLevel: level, suppressOverrideMessage: true },
  );
  return lines;
}
