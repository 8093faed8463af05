import { APPS_FULL, type App } from '../received/apps.ts';
import type { ServerState } from '../server-state.ts';
import { type Answer, bare, ok, refused } from './answers.ts';
import { type Call, isDeclaredJson, tokenOf } from './call.ts';
import { decodeUtf8, Unreadable } from './json.ts';
import { versionFault } from './process-figures.ts';
import { MAX_BODY_BYTES } from './read-call.ts';
import { takeBuilders } from './report-intake.ts';
import { readReport } from './report-reader.ts';

/** How much of a text that is not JSON the answer quotes. */
const QUOTED_UNITS = 128;

/** `POST /Trace/Report`: JSON. */
export async function report(call: Call, state: ServerState): Promise<Answer> {
  if (call.body.kind === 'too-large') return bare(413);
  if (!isDeclaredJson(call)) return bare(415);
  // The real server unpacks nothing on this path: it tries to read the packed bytes.
  if ((call.headers['content-encoding'] ?? 'identity') !== 'identity') return ok(null);
  try {
    return await take(decodeUtf8(call.body.bytes), call.body.bytes.length, call, state);
  } catch (fault) {
    if (fault instanceof Unreadable) return ok(null);
    throw fault;
  }
}

/** `POST /Trace/ReportRaw`: JSON, packed with gzip if the content type says so. */
export async function reportRaw(call: Call, state: ServerState): Promise<Answer> {
  if (call.body.kind === 'too-large') {
    return refused(500, `Request body too large. The max request body size is ${MAX_BODY_BYTES} bytes.`);
  }
  const { bytes, unpacked } = call.body;
  if (unpacked?.kind === 'fault') return refused(500, unpacked.message);
  const text = unpacked?.text ?? bytes.toString();
  const first = text.trimStart().charAt(0);
  if (first !== '' && first !== '{' && first !== '[') {
    return refused(500, `Non standard Json string [${text.slice(0, QUOTED_UNITS)}]`);
  }
  return take(text, bytes.length, call, state);
}

async function take(text: string, size: number, call: Call, state: ServerState): Promise<Answer> {
  const given = readReport(text);
  if (given === undefined) return ok(null);
  const nowMs = state.nowMs();
  const token = state.tokens.read(tokenOf(call), nowMs);
  if (token.kind === 'bad') return refused(token.code, token.message);
  const fault = versionFault(given.infoVersion);
  if (fault !== undefined) return refused(500, fault);
  const app = appOf(given.appId, state);
  if (app === undefined) return refused(500, APPS_FULL);
  if (!app.tracing) return refused(500, `应用[${app.id}]已禁用！ (Parameter 'appId')`);

  const { excludes, ...limits } = state.apps.limitsOf(app);
  const { dropRacingNames, newNameMillis } = state.settings;
  const periodMs = Math.max(limits.period, 1) * 1_000;
  const rules = {
    excludes: excludes ?? [],
    nowMs,
    dropRacingNames,
    newNameMillis,
    periodMs,
    closing: state.closing,
  };
  const book = app.book;
  await takeBuilders(given.builders, book, rules);
  const clientId = given.clientId === '' && token.kind === 'good' ? token.clientId : given.clientId;
  book.report({ ...given, clientId }, size);
  return ok({ ...limits, excludes: given.version === '' ? null : excludes });
}

/** The app is the one that the body names, also if the token names another. */
function appOf(appId: string, state: ServerState): App | undefined {
  const known = state.apps.find(appId);
  if (known !== undefined) return known;
  const app = state.apps.admit(appId);
  if (app !== undefined) app.tracing = state.settings.autoRegister;
  return app;
}
