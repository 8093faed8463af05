import type { Redactor } from '../redact/redactor.ts';
import { cut, detached } from '../wire/text.ts';
import { attributeText, textOf } from './attribute.ts';
import { DB_STATEMENT, ERROR_TYPE, EXCEPTION_EVENT, HTTP_STATUS, RPC_ERROR } from './semconv.ts';
import type { Attributes, SpanLike } from './span-like.ts';

/** An exception event of a span, as text. */
export interface ExceptionText {
  readonly type: string;
  readonly message: string;
  /** The first lines of the stack, without the line that repeats type and message. */
  readonly stack: string;
  /** The beginning of the statement that failed; empty for other spans. */
  readonly statement: string;
  /** It answers a caller who asked for something wrong, such as an unknown path; nothing of the app failed. */
  readonly isAnswer: boolean;
}

const STACK_LINES = 8;
/** Of a stack, whose message may have many. */
const LINES_LOOKED_AT = 200;
/** Looked at of a span's events and exceptions; the SDK keeps this many events by default. */
const EXCEPTIONS = 128;
/** Far beyond what is shown: a text is cut only once its secrets are out, so that no half of a secret is missed. */
const TEXT_UNITS = 10_000;

/**
 * The exceptions a span recorded, each once: a framework and the HTTP server may both tell of one. Where a string was
 * thrown the type is empty.
 */
export function exceptionsOf(span: SpanLike): ExceptionText[] {
  const found = new Map<string, ExceptionText>();
  for (const { name, attributes } of span.events.slice(-EXCEPTIONS)) {
    if (name !== EXCEPTION_EVENT) continue;
    const exception = exceptionOf(attributes ?? {}, span);
    found.set(`${exceptionLine(exception)}\n${exception.stack}`, exception);
  }
  return [...found.values()];
}

function exceptionOf(attributes: Attributes, span: SpanLike): ExceptionText {
  const told = cut(textOf(attributes['exception.type']), 150);
  const stack = cut(textOf(attributes['exception.stacktrace']), TEXT_UNITS);
  // A code that is a number says less than the class.
  const type = NUMBER.test(told) ? CLASS_IN_STACK.exec(stack)?.[1] || told : told;
  const message = textOf(attributes['exception.message']);
  // A driver that leaves the type out describes the error; what the server said is the status.
  const said = type === '' ? textOf(span.status.message) || message : message;
  return {
    type,
    message: cut(said, TEXT_UNITS),
    stack: firstFrames(stack),
    statement: cut(attributeText(span.attributes, DB_STATEMENT), STATEMENT_UNITS),
    isAnswer: CLIENT_ERROR.test(told) || JUDGES_QUERY.test(span.name),
  };
}

/** Enough to know a statement again where an error quotes it. */
const STATEMENT_UNITS = 200;
const NUMBER = /^\d+$/;
const CLASS_IN_STACK = /^([\w$.]{1,100})(?: \[[^\]\n]{1,100}\])?: /;
/** Frameworks take the status of their answer for the error's code. */
const CLIENT_ERROR = /^4\d\d$/;
/** These spans look at the text of a query, before anything of the app runs. */
const JUDGES_QUERY = /^graphql\.(?:parse|validate)$/;

/**
 * Why a span failed, in the order of what tells most: the status and message of gRPC; the status message, with the type
 * of the exception that it repeats; the last exception it recorded, or what a span below it threw (`heard`); the error
 * type of the instrumentation; the HTTP status. A stack follows if there is one.
 */
export function errorText(span: SpanLike, redactor: Redactor, heard?: ExceptionText): string {
  const exception = exceptionsOf(span).at(-1) ?? heard;
  return shownException(reasonOf(span, exception), exception?.stack ?? '', redactor);
}

/** What was thrown and where, each redacted by itself: no statement of a message goes on in the stack. */
export function shownException(reason: string, stack: string, redactor: Redactor): string {
  return `${redactor.text(reason)}\n${redactor.text(stack)}`.trim();
}

function reasonOf(span: SpanLike, exception: ExceptionText | undefined): string {
  const { attributes } = span;
  const message = textOf(span.status.message);
  const code = attributes['rpc.grpc.status_code'];
  const rpcError = textOf(attributes[RPC_ERROR]);
  if (typeof code === 'number' && code > 0) return grpcReason(code, message || rpcError);
  // A handler that throws an error without a code answers UNKNOWN; a client's message begins with the code.
  if (rpcError !== '') return /^\d+ [A-Z_]/.test(rpcError) ? rpcError : grpcReason(UNKNOWN, rpcError);
  // The status may repeat the exception's message, or tell of something else, which is then why the span failed.
  if (exception?.message.includes(message)) return exceptionLine(exception);
  return message || toldReason(attributes);
}

function toldReason(attributes: Attributes): string {
  const told = textOf(attributes[ERROR_TYPE]);
  const status = attributeText(attributes, HTTP_STATUS);
  // "500" says less than "Http Error 500".
  if (told !== '' && told !== status) return told;
  return status === '' ? 'error' : `Http Error ${status}`;
}

const GRPC_STATUS =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED'.split(
    ' ',
  );

const UNKNOWN = 2;

/** `NOT_FOUND: no such user`; a client's message begins with the code and its name. */
function grpcReason(code: number, message: string): string {
  const name = GRPC_STATUS[code] ?? `grpc status ${code}`;
  const text = message.replace(/^\d+ [A-Z_]+: ?/, '');
  return text === '' ? name : `${name}: ${text}`;
}

/** `TypeError: x is not a function`. */
export function exceptionLine({ type, message }: ExceptionText): string {
  return [type, message].filter((each) => each !== '').join(': ') || 'exception';
}

function firstFrames(stack: string): string {
  const frames = stack.split('\n', LINES_LOOKED_AT);
  return frames
    .filter((line) => /^\s*at\s/.test(line))
    .slice(0, STACK_LINES)
    .map((line) => detached(line.trim()))
    .join('\n');
}
