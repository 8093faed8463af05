import { randomBytes } from 'node:crypto';
import type { Unreadable } from './json.ts';

/** What goes back to a client. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const RFC9110 = 'https://tools.ietf.org/html/rfc9110#section-';

/** HTTP 200 with ready-made JSON. */
export function json(body: string): Answer {
  return { status: 200, contentType: JSON_TYPE, body };
}

/** Code 0 with data. To a report, `null` means that it could not be read. */
export function ok(data: Readonly<Record<string, unknown>> | null): Answer {
  return json(JSON.stringify({ code: 0, data }));
}

/** A refusal: HTTP 200, with the verdict in the code. */
export function refused(code: number, message: string): Answer {
  return json(JSON.stringify({ code, message }));
}

/** As {@link refused}, for calls whose token is checked before anything else. */
export function refusedWithTrace(code: number, message: string): Answer {
  return json(JSON.stringify({ code, message, traceId: traceId() }));
}

/** A status without a body. */
export function bare(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

/** The problem document for a login or a ping whose body cannot be read. */
export function badRequest(fault: Unreadable, parameter: string): Answer {
  const errors = { [fault.path]: [fault.message], [parameter]: [`The ${parameter} field is required.`] };
  return problem(400, '15.5.1', 'One or more validation errors occurred.', { errors });
}

/** The problem document for a login or a ping that is not declared as JSON. */
export function unsupportedMediaType(): Answer {
  return problem(415, '15.5.16', 'Unsupported Media Type');
}

function problem(status: number, section: string, title: string, more: object = {}): Answer {
  const body = { type: `${RFC9110}${section}`, title, status, ...more, traceId: traceId() };
  return { status, contentType: PROBLEM_TYPE, body: JSON.stringify(body) };
}

function traceId(): string {
  return randomBytes(16).toString('hex');
}
