import { limitsAfter, type SamplingLimits } from '../../aggregate/limits.ts';
import type { Settings } from '../../config/settings.ts';
import { withToken } from '../../session.ts';
import type { TransportRequest } from '../../transport/transport.ts';
import { type Fields, type Outcome, outcomeOf, type TransportResult } from '../../wire/answer.ts';
import { encodeBody } from '../../wire/body.ts';
import {
  type Identity,
  type LoginAnswer,
  loginAnswer,
  loginRequest,
  saltedSecret,
} from '../../wire/login.ts';
import { pingAnswer, pingRequest } from '../../wire/ping.ts';
import { reportBody } from '../../wire/report.ts';
import { bad, type Finding, good, note, warning } from '../finding.ts';
import { counted } from '../paper.ts';
import { explain, type Way } from './stranger.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
/** Below this it is the way of the answer, and what a clock is allowed. */
const CLOCK_TOLERANCE_MS = 60_000;
/** The server takes a salted secret within so much of its own clock (docs/protocol.md, "Login"). */
const SALT_TOLERANCE_MS = 600_000;

/** Logs in, pings, sends an empty report and logs out, as an app does, and says what came back. */
export class Conversation {
  readonly #settings: Settings;
  readonly #way: Way;
  #identity: Identity;
  #token: string | undefined;
  /** Server time minus ours. */
  #offsetMs = 0;

  constructor(settings: Settings, identity: Identity, way: Way) {
    this.#settings = settings;
    this.#identity = identity;
    this.#way = way;
  }

  async *findings(): AsyncGenerator<Finding> {
    const answer = yield* this.#checkLogin();
    if (answer === undefined) return;
    yield* this.#checkPing();
    yield* this.#checkReport();
    await this.#call({ method: 'GET', path: '/App/Logout?reason=check' });
  }

  async *#checkLogin(): AsyncGenerator<Finding, LoginAnswer | undefined> {
    const { outcome, result } = await this.#logIn();
    if (outcome.kind === 'unreachable' || outcome.kind === 'unreadable') {
      yield await explain(result, this.#way);
      return undefined;
    }
    if (outcome.kind !== 'delivered') {
      yield refusedLogin(outcome.kind === 'refused' ? outcome.code : 401, outcome.message);
      return undefined;
    }
    const answer = loginAnswer(outcome.data);
    if (answer.token === undefined) {
      yield refusedLogin(403, 'no token: the app is being switched off');
      return undefined;
    }
    this.#take(answer);
    yield good('login', `${this.#way.server} takes the login of ${this.#identity.appId}`);
    if (answer.serverTimeMs !== undefined) yield clockFinding(this.#offsetMs, this.#saltsSecret);
    yield* this.#secretFinding(answer);
    return answer;
  }

  get #saltsSecret(): boolean {
    return this.#settings.secret !== '' && this.#settings.saltedSecret;
  }

  /** Code and secret come back where what we sent was not the app's (docs/protocol.md, "Login"). */
  async *#secretFinding({ code, secret }: LoginAnswer): AsyncGenerator<Finding> {
    if (code !== undefined && code !== this.#settings.appId)
      yield note('login', `the server calls the app ${code}`);
    if (secret === undefined) {
      if (this.#settings.secret !== '') yield good('secret', 'the secret is right');
      return;
    }
    if (this.#settings.secret === '') {
      yield note('secret', 'no secret is set, and the server lets the app in without');
      return;
    }
    if (
      this.#saltsSecret &&
      Math.abs(this.#offsetMs) > SALT_TOLERANCE_MS &&
      (await this.#isRightByServersClock())
    ) {
      yield note('secret', 'the secret is right, were it not for the clock');
      return;
    }
    yield warning(
      'secret',
      'The secret is wrong; the server lets the app in all the same, and hands out the right one.',
      `Set STARDUST_SECRET to the secret that the console shows for ${this.#identity.appId}.`,
    );
  }

  async #isRightByServersClock(): Promise<boolean> {
    const { outcome } = await this.#logIn();
    return outcome.kind === 'delivered' && loginAnswer(outcome.data).secret === undefined;
  }

  async *#checkPing(): AsyncGenerator<Finding> {
    const body = JSON.stringify(pingRequest(this.#identity, undefined));
    const { outcome } = await this.#call({ method: 'POST', path: '/App/Ping', headers: JSON_HEADERS, body });
    if (outcome.kind !== 'delivered') {
      yield bad('ping', `The server does not take a ping: ${reasonOf(outcome)}`, MENDS.ping);
      return;
    }
    const seconds = pingAnswer(outcome.data).periodSeconds ?? this.#settings.pingIntervalSeconds;
    yield good('ping', `the server takes a ping, and wants one every ${seconds} s`);
  }

  async *#checkReport(): AsyncGenerator<Finding> {
    const { path, headers, body } = await encodeBody(reportBody(this.#identity, []));
    const { outcome } = await this.#call({ method: 'POST', path, headers, body });
    if (outcome.kind !== 'delivered') {
      const isSwitchedOff = outcome.kind === 'refused' && /禁用/.test(outcome.message);
      yield bad(
        'report',
        `The server does not take a report: ${reasonOf(outcome)}`,
        isSwitchedOff ? `Switch the tracing of ${this.#identity.appId} on, on the console.` : MENDS.report,
      );
      return;
    }
    yield good('report', 'the server takes an empty report');
    yield limitsFinding(limitsAfter(outcome.data, this.#settings));
    yield excludesFinding(outcome.data);
    if (outcome.data.get('enableMeter') === false)
      yield note('limits', 'the server wants no figures of the process');
  }

  async #logIn(): Promise<Reply> {
    const nowMs = Date.now() + this.#offsetMs;
    const { secret } = this.#settings;
    const sent = this.#saltsSecret ? saltedSecret(secret, nowMs) : secret;
    const body = JSON.stringify(loginRequest(this.#identity, sent, nowMs));
    return this.#call({ method: 'POST', path: '/App/Login', headers: JSON_HEADERS, body });
  }

  #take({ token, code }: LoginAnswer): void {
    this.#token = token;
    this.#identity = { ...this.#identity, appId: code ?? this.#identity.appId };
  }

  async #call(request: TransportRequest): Promise<Reply> {
    const sentMs = Date.now();
    const result = await this.#way.transport.send(withToken(request, this.#token, this.#settings.tokenIn));
    const outcome = outcomeOf(result);
    const serverTimeMs = outcome.kind === 'delivered' ? outcome.data.number('serverTime') : undefined;
    if (serverTimeMs) this.#offsetMs = Math.round(serverTimeMs - (sentMs + Date.now()) / 2);
    return { outcome, result };
  }
}

interface Reply {
  readonly outcome: Outcome;
  /** What stands behind the outcome, to tell strangers apart. */
  readonly result: TransportResult;
}

const MENDS = {
  ping: 'The log of the Stardust server tells why.',
  report: 'The log of the Stardust server tells why. Counts wait in the app meanwhile.',
} as const;

function refusedLogin(code: number, message: string): Finding {
  const text = `The server refuses the login: ${code} ${message}`.trim();
  if (code !== 403) return bad('login', text, 'The log of the Stardust server tells why.');
  return bad(
    'login',
    text,
    'Is the app switched on, on the console? Is STARDUST_SECRET its secret? A clock ten minutes off also makes a secret wrong.',
  );
}

function clockFinding(offsetMs: number, saltsSecret: boolean): Finding {
  const seconds = Math.abs(offsetMs / 1_000);
  if (Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS) {
    const text =
      seconds < 1
        ? 'the clocks agree'
        : `the clocks are ${Math.round(seconds)} s apart; figures are set right`;
    return good('clock', text, { offsetMillis: offsetMs });
  }
  const way = offsetMs > 0 ? 'behind' : 'ahead of';
  const text = `The clock of this machine is ${inMinutes(seconds)} ${way} the server's.`;
  const mend =
    'Set the clock, by NTP for example. Until then the times in reports are moved by the difference.';
  return {
    step: 'clock',
    verdict: saltsSecret && Math.abs(offsetMs) > SALT_TOLERANCE_MS ? 'bad' : 'warning',
    text,
    mend,
    details: { offsetMillis: offsetMs },
  };
}

function inMinutes(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`;
}

function limitsFinding(limits: SamplingLimits): Finding {
  const { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength } = limits;
  const text = `a report every ${periodSeconds} s, with ${counted(maxSamples, 'sample')} and ${counted(maxErrors, 'error')} of a name; slow is above ${slowThresholdMillis.toLocaleString('en-US')} ms; tags have up to ${counted(maxTagLength, 'character')}`;
  return good('limits', text, { periodSeconds, maxSamples, maxErrors, slowThresholdMillis, maxTagLength });
}

function excludesFinding(answer: Fields): Finding {
  const list = answer.get('excludes');
  const excludes = Array.isArray(list) ? list.map(String).filter((each) => each.trim() !== '') : [];
  if (excludes.length === 0) return good('excludes', 'the server excludes no names', { excludes });
  const shown = excludes.slice(0, 10).join('  ');
  const more = excludes.length > 10 ? `  and ${excludes.length - 10} more` : '';
  if (excludes.some((each) => /^[*?\s]*\*[*?\s]*$/.test(each))) {
    return {
      step: 'excludes',
      verdict: 'warning',
      text: `The server excludes every name: ${shown}${more}`,
      mend: 'Take the entry * off the list of excludes, on the console.',
      details: { excludes },
    };
  }
  return good('excludes', `the server excludes: ${shown}${more}`, { excludes });
}

function reasonOf(outcome: Exclude<Outcome, { kind: 'delivered' }>): string {
  switch (outcome.kind) {
    case 'refused':
      return `${outcome.code} ${outcome.message}`;
    case 'unreachable':
      return outcome.reason;
    default:
      return outcome.message;
  }
}
