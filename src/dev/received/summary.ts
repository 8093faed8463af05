import type { ReceivedApp } from './app-book.ts';
import type { ReceivedName } from './name-book.ts';
import type { ReceivedRequest } from './request-log.ts';

const MAX_NAMES = 20;
const MAX_REQUESTS = 5;

/** What the server has received, in a few lines for an error message. */
export function summaryOf(apps: readonly ReceivedApp[], requests: readonly ReceivedRequest[]): string {
  const lines = apps.length === 0 ? ['No app has called.'] : apps.map(lineOfApp);
  const last = requests.slice(-MAX_REQUESTS).map(lineOfRequest);
  if (last.length > 0) lines.push(`The last of ${requests.length} requests: ${last.join('; ')}`);
  return `Received:\n${lines.join('\n')}`;
}

function lineOfApp(app: ReceivedApp): string {
  const { appId, logins, pings, logouts, reports, dropped } = app;
  const counts = `logins ${logins}, pings ${pings}, logouts ${logouts}, reports ${reports}, dropped ${dropped}`;
  const names = app.names.slice(0, MAX_NAMES).map(lineOfName);
  const more = app.names.length - names.length;
  if (more > 0) names.push(`and ${more} more`);
  return `${appId}: ${counts}; names: ${names.join(', ') || 'none'}`;
}

function lineOfName({ name, total, errors }: ReceivedName): string {
  return `${JSON.stringify(name)} ${total}${errors > 0 ? ` (${errors} errors)` : ''}`;
}

function lineOfRequest(request: ReceivedRequest): string {
  const code = request.answerCode === undefined ? '' : ` code ${request.answerCode}`;
  return `${request.method} ${request.path} → ${request.answerStatus ?? 'no answer'}${code}`;
}
