import type { NestInterceptor } from '@nestjs/common';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { finalize, Observable, tap } from 'rxjs';

/** Makes a span around each handler of a message. What the handler calls is below it. */
export const messageSpans: NestInterceptor = {
  intercept(host, next) {
    if (host.getType() !== 'rpc') return next.handle();
    const attributes = {
      'rpc.system': 'nest',
      'rpc.service': host.getClass().name,
      'rpc.method': host.getHandler().name,
    };
    const span = trace.getTracer('app').startSpan('message', { kind: SpanKind.SERVER, attributes });
    const answers = next.handle().pipe(
      tap({
        error: (error) => {
          span.recordException(error);
          span.setStatus({ code: SpanStatusCode.ERROR });
        },
      }),
      finalize(() => span.end()),
    );
    const within = trace.setSpan(context.active(), span);
    return new Observable((subscriber) => context.with(within, () => answers.subscribe(subscriber)));
  },
};
