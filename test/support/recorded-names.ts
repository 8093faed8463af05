import { kindOf } from '../../src/dev/received/kind.ts';
import type { StardustNaming } from '../../src/naming/stardust-naming.ts';
import type { SpanLike } from '../../src/span/span-like.ts';

const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

/** The instrumentation that made a span, in short: `express`. */
export function shortScopeOf({ instrumentationScope }: SpanLike): string {
  return instrumentationScope?.name.replace('@opentelemetry/instrumentation-', '') ?? '';
}

/** `SERVER` and the like. */
export function kindNameOf({ kind }: SpanLike): string {
  return KINDS[kind] ?? '';
}

/** A row of docs/recorded-names.txt: who made a span, what it was called, what it is called, and as what it shows. */
export function rowOf(span: SpanLike, naming: StardustNaming): string {
  const name = naming.nameOf(span);
  return [shortScopeOf(span), kindNameOf(span), oneLine(span.name), oneLine(name), kindOf(name)].join(' | ');
}

/** Ports of test servers differ from file to file. */
function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(127\.0\.0\.1|localhost):\d{4,5}/g, '$1:PORT')
    .slice(0, 70);
}
