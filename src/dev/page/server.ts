import type { Control, Overview } from './page-data.ts';

const token = document.querySelector('meta[name="page-token"]')?.getAttribute('content') ?? '';

const RELOAD_MS = 2_000;

/** How the connection is on which the server tells its changes. */
type Connection = 'connecting' | 'live' | 'lost' | 'paused';

export interface News {
  readonly connection: Connection;
  readonly overview?: Overview;
}

/**
 * Tells every change, over new connections after one is lost. A page in the background lets go of its connection, of
 * which a browser has only six for one address.
 */
export function listen(tell: (news: News) => void): void {
  let events: EventSource | undefined;
  const connect = () => {
    events?.close();
    if (document.visibilityState === 'hidden') return;
    const source = new EventSource(`/page/events?token=${encodeURIComponent(token)}`);
    events = source;
    source.addEventListener('message', ({ data }) => {
      tell({ connection: 'live', overview: JSON.parse(data) as Overview });
    });
    source.addEventListener('error', () => {
      tell({ connection: 'lost' });
      // A server that was started anew refuses the old token, and then the browser does not try again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), RELOAD_MS);
    });
  };
  connect();
  document.addEventListener('visibilitychange', connect);
}

/** Answers a question about what was received; `undefined` while the server is away. */
export async function ask<T>(question: string): Promise<T | undefined> {
  try {
    const answer = await fetch(`/page${question}`, { headers: { 'x-page-token': token } });
    return answer.ok ? ((await answer.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

/** Has the server do something; what comes back says why it did not. */
export async function order(control: Control): Promise<string | undefined> {
  try {
    const answer = await fetch('/page/controls', {
      method: 'POST',
      headers: { 'x-page-token': token, 'content-type': 'application/json' },
      body: JSON.stringify(control),
    });
    return answer.ok ? undefined : await answer.text();
  } catch (error) {
    return String(error);
  }
}
