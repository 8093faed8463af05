import { KnownNames } from '../../src/session/known-names.ts';
import type { ReportSession, SessionState } from '../../src/session/report-session.ts';
import { RoundTrips } from '../../src/session/round-trips.ts';
import type { Outcome, Unreachable } from '../../src/wire/answer.ts';
import { Fields } from '../../src/wire/fields.ts';
import type { WireBuilder } from '../../src/wire/report-forms.ts';

export const TAKEN: Outcome = { kind: 'delivered', data: new Fields({}) };
export const UNREADABLE: Outcome = { kind: 'unreadable', message: 'the server could not read the body' };
export const REFUSED: Outcome = { kind: 'refused', code: 500, message: 'switched off' };

/** No answer came; `unclear` if the report had left whole. */
export function unreachable(more: Partial<Unreachable> = {}): Unreachable {
  return { kind: 'unreachable', unclear: false, reason: 'ECONNREFUSED', ...more };
}

/** A report that was sent. */
export interface SentReport {
  /** `name=total` of each builder, with `+n` if it has this many samples. */
  readonly text: string;
  readonly builders: readonly WireBuilder[];
  readonly atMs: number;
}

/** A session without a server: it notes what is sent, and a test says how each report is answered. */
export class ScriptedSession implements ReportSession {
  state: SessionState = 'loggedIn';
  servers = 1;
  server = 'http://stand.test';
  identity = { appId: 'app', appName: 'App', clientId: 'c', version: '1' };
  readonly token = undefined;
  readonly knownNames = new KnownNames();
  readonly roundTrips = new RoundTrips();
  readonly sent: SentReport[] = [];
  readonly logouts: string[] = [];
  prepared = 0;
  isClosed = false;
  /** By default each report is taken. */
  answer: (report: SentReport) => Outcome | Promise<Outcome> = () => TAKEN;

  /** What was sent, as {@link SentReport.text}. */
  get texts(): string[] {
    return this.sent.map(({ text }) => text);
  }

  async report(json: readonly Uint8Array[], leaves: () => void = () => {}): Promise<Outcome> {
    const builders = json.map((each): WireBuilder => JSON.parse(Buffer.from(each).toString()));
    const report = { text: builders.map(shown).join(' '), builders, atMs: Date.now() };
    this.sent.push(report);
    leaves();
    return this.answer(report);
  }

  async prepare(): Promise<void> {
    this.prepared++;
  }

  async logout(reason: string): Promise<void> {
    this.logouts.push(reason);
  }

  close(): void {
    this.isClosed = true;
  }

  resume(): void {}
  describe(): void {}
  wantFigures(): void {}
  rest(): void {}
}

function shown({ Name, Total, Samples, ErrorSamples }: WireBuilder): string {
  const samples = Samples.length + ErrorSamples.length;
  return `${Name}=${Total}${samples === 0 ? '' : `+${samples}`}`;
}
