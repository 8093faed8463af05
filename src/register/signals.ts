import { type Environment, variableOf } from '../config/environment.ts';

/**
 * What `OTEL_…_EXPORTER` asks for. OpenTelemetry's own default for each is OTLP to this machine; beside Stardust
 * that would be three exporters failing without end, so here the default holds only where an address is set.
 */

/** Names of trace exporters to run beside ours, each once. */
export function exportersAskedFor(env: Environment): string[] {
  const names = namesIn(variableOf(env, 'OTEL_TRACES_EXPORTER'));
  if (names.length === 0) return hasOtlpAddress(env, 'TRACES') ? ['otlp'] : [];
  return [...new Set(names)].filter((name) => name !== 'none');
}

/** Whether metrics or logs are wanted at all; which exporter is then for `NodeSDK` to read. */
export function isSignalAskedFor(env: Environment, signal: 'METRICS' | 'LOGS'): boolean {
  const names = namesIn(variableOf(env, `OTEL_${signal}_EXPORTER`));
  return names.length === 0 ? hasOtlpAddress(env, signal) : !names.includes('none');
}

function hasOtlpAddress(env: Environment, signal: string): boolean {
  return ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`].some(
    (variable) => variableOf(env, variable) !== undefined,
  );
}

function namesIn(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}
