import { attributeText, textOf } from './attribute.ts';
import { ERROR_TYPE, EXCEPTION_EVENT, HTTP_STATUS, RPC_ERROR } from './semconv.ts';
import type { SpanLike } from './span-like.ts';

/** An exception event of a span, as text. */
export interface ExceptionText {
  readonly type: string;
  readonly message: string;
  /** The first lines of the stack, without the line that repeats type and message. */
  readonly stack: string;
}

const STACK_LINES = 8;
/** Far beyond what is shown: a text is cut only once its secrets are out, lest half a secret is not seen as one. */
const TEXT_UNITS = 10_000;

/** The exceptions a span recorded; where a string was thrown the type is empty. */
export function exceptionsOf(span: SpanLike): ExceptionText[] {
  return span.events
    .filter((event) => event.name === EXCEPTION_EVENT)
    .map(({ attributes }) => ({
      type: textOf(attributes?.['exception.type']).slice(0, 150),
      message: textOf(attributes?.['exception.message']).slice(0, TEXT_UNITS),
      stack: firstFrames(textOf(attributes?.['exception.stacktrace'])),
    }));
}

/**
 * Why a span failed, in the order of what tells most: the status message, the last exception event, an error
 * message or type of the instrumentation, the HTTP status. A stack follows where there is one.
 */
export function errorText(span: SpanLike): string {
  const exception = exceptionsOf(span).at(-1);
  const reason = reasonOf(span, exception);
  return exception === undefined || exception.stack === '' ? reason : `${reason}\n${exception.stack}`;
}

function reasonOf(span: SpanLike, exception: ExceptionText | undefined): string {
  const message = textOf(span.status.message);
  if (message !== '') return message;
  if (exception !== undefined) return exceptionLine(exception);
  const { attributes } = span;
  const told = textOf(attributes[RPC_ERROR]) || textOf(attributes[ERROR_TYPE]);
  const status = attributeText(attributes, HTTP_STATUS);
  // "500" says less than "Http Error 500".
  if (told !== '' && told !== status) return told;
  return status === '' ? 'error' : `Http Error ${status}`;
}

/** `TypeError: x is not a function`. */
export function exceptionLine({ type, message }: ExceptionText): string {
  return [type, message].filter((each) => each !== '').join(': ') || 'exception';
}

function firstFrames(stack: string): string {
  const frames = stack.slice(0, TEXT_UNITS).split('\n');
  return frames
    .filter((line) => /^\s*at\s/.test(line))
    .slice(0, STACK_LINES)
    .map((line) => line.trim())
    .join('\n');
}
