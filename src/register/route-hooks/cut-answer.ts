import { type Span, SpanStatusCode } from '@opentelemetry/api';

/** What a server answers with; absent properties are those of an answer that a client got. */
interface Answer {
  readonly headersSent?: boolean;
  readonly writableEnded?: boolean;
}

/**
 * Fails a request, at its end, whose answer an error cut short: its status was sent before, and tells nothing of that.
 * The .NET agent fails it too. An answer that was ended is whole, whatever came after.
 */
export function failCutAnswer(span: Span, _request: unknown, { headersSent, writableEnded }: Answer): void {
  if (headersSent && !writableEnded && hasException(span)) span.setStatus({ code: SpanStatusCode.ERROR });
}

function hasException(span: Span & { readonly events?: readonly { readonly name: string }[] }): boolean {
  return span.events?.some(({ name }) => name === 'exception') ?? false;
}
