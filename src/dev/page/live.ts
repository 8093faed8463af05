import { useEffect, useState } from 'preact/hooks';
import type { Overview } from './page-data.ts';
import { ask, type Connection, listen } from './server.ts';

/** What the page knows of the server at this moment. */
export interface Live {
  readonly connection: Connection;
  /** The last one that was heard of; while paused, the one of that moment. */
  readonly overview: Overview | undefined;
  /** The server's time. */
  readonly nowMs: number;
}

/** Follows the server, once a second at least, since times pass. */
export function useLive(paused: boolean): Live {
  const [connection, setConnection] = useState<Connection>('connecting');
  const [heard, setHeard] = useState<{ overview: Overview; aheadMs: number }>();
  const [shown, setShown] = useState(heard);
  const [, setTick] = useState(0);
  useEffect(() => {
    listen((overview) => setHeard({ overview, aheadMs: overview.nowMs - Date.now() }), setConnection);
    setInterval(() => setTick((tick) => tick + 1), 1_000);
  }, []);
  useEffect(() => {
    if (!paused) setShown(heard);
  }, [heard, paused]);
  const current = paused ? shown : heard;
  return { connection, overview: current?.overview, nowMs: Date.now() + (current?.aheadMs ?? 0) };
}

/**
 * What a view shows besides the overview, asked for after each change, one question at a time. `undefined` before the
 * first answer. While the server is away, what was shown stays.
 */
export function useAsked<T>(
  overview: Overview,
  what: string,
  values: Readonly<Record<string, string>>,
): T | undefined {
  const [found, setFound] = useState<{ question: string; answer: T }>();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<{ question: string; overview: Overview }>();
  const question = `${what}?${new URLSearchParams(values)}`;
  useEffect(() => {
    if (busy || (asked?.question === question && asked.overview === overview)) return;
    setBusy(true);
    setAsked({ question, overview });
    ask<T>(question).then((answer) => {
      if (answer !== undefined) setFound({ question, answer });
      setBusy(false);
    });
  });
  return found?.question === question ? found.answer : undefined;
}
