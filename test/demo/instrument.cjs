// What a user's own instrumentation file looks like; preloaded with `node --require ./instrument.cjs service.cjs`.
// It exports what the service needs to flush and to end properly.
const { diag, DiagConsoleLogger, DiagLogLevel } = require('@opentelemetry/api');
const { getNodeAutoInstrumentations } = require('@opentelemetry/auto-instrumentations-node');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { StardustSpanProcessor } = require('opentelemetry-stardust');

diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.INFO);
const stardust = new StardustSpanProcessor();
const provider = new NodeTracerProvider({ spanProcessors: [stardust] });
provider.register();
registerInstrumentations({ instrumentations: [getNodeAutoInstrumentations()] });

module.exports = { provider, stardust };
