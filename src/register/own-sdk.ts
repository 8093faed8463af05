import { context, trace } from '@opentelemetry/api';

/**
 * Calls back before the app sets up a tracer provider or a context manager of its own, which would be refused
 * while ours are there. Its instrumentations would be there all the same, and every request be counted twice.
 */
export function ownSdkStarts(giveWay: () => void): void {
  const { setGlobalTracerProvider } = trace;
  const { setGlobalContextManager } = context;
  const once = () => {
    trace.setGlobalTracerProvider = setGlobalTracerProvider;
    context.setGlobalContextManager = setGlobalContextManager;
    giveWay();
  };
  trace.setGlobalTracerProvider = (provider) => {
    once();
    return trace.setGlobalTracerProvider(provider);
  };
  context.setGlobalContextManager = (manager) => {
    once();
    return context.setGlobalContextManager(manager);
  };
}

/** Whether one has been set already, by whichever copy of the api. */
export function hasProvider(): boolean {
  const globals = globalThis as { [API]?: { trace?: unknown } };
  return globals[API]?.trace !== undefined;
}

const API = Symbol.for('opentelemetry.js.api.1');

/** The version of the api that the process has settled on. */
export function apiVersion(): string | undefined {
  return (globalThis as { [API]?: { version?: string } })[API]?.version;
}
