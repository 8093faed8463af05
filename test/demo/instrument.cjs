// What a user's own instrumentation file looks like; preloaded with `node --require ./instrument.cjs service.cjs`.
// It exports what the service needs to flush and to end properly.
const { diag, DiagConsoleLogger, DiagLogLevel } = require('@opentelemetry/api');
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { stardust } = require('opentelemetry-stardust');

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO);
const s = stardust();
const provider = new NodeTracerProvider(s);
provider.register({ propagator: s.textMapPropagator });
registerInstrumentations({ instrumentations: [getNodeAutoInstrumentations()] });

module.exports = { provider, processor: s.spanProcessors[0] };
