// Next.js calls this once, in each of its runtimes. The import starts OpenTelemetry and Stardust.
export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('opentelemetry-stardust/register');
}
