import type { Fields } from './answer.ts';

/** Body of `POST /App/Ping`. `Time` is the real clock to the millisecond: many pings with one `Time` lose rows. */
export interface PingRequest {
  readonly Id: number;
  readonly Name: string;
  readonly Time: number;
}

/** What the data of a ping's answer says. */
export interface PingAnswer {
  /** A new token, which comes when the old one is about to expire. */
  readonly token: string | undefined;
  readonly periodSeconds: number | undefined;
  readonly serverTimeMs: number | undefined;
}

export function pingAnswer(data: Fields): PingAnswer {
  return {
    token: data.text('token'),
    periodSeconds: data.number('period'),
    serverTimeMs: data.number('serverTime'),
  };
}
