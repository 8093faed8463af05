import { type Answer, badRequest, bare, unsupportedMediaType } from './answers.ts';
import { type Call, isDeclaredJson } from './call.ts';
import { decodeUtf8, parseJson, Unreadable } from './json.ts';
import { JsonFields } from './json-fields.ts';

/**
 * Handles the body of a login or a ping. If it cannot be read, the answer is HTTP 400; to a report it would be
 * HTTP 200 with code 0.
 */
export function withBody(
  call: Call,
  parameter: string,
  handle: (fields: JsonFields, text: string) => Answer,
): Answer {
  if (call.body.kind === 'too-large') return bare(413);
  if (!isDeclaredJson(call)) return unsupportedMediaType();
  try {
    const text = decodeUtf8(call.body.bytes);
    return handle(JsonFields.of(parseJson(text)), text);
  } catch (fault) {
    if (fault instanceof Unreadable) return badRequest(fault, parameter);
    throw fault;
  }
}
