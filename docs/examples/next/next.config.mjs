// What instruments other packages has to be loaded from node_modules, not from a bundle.
export default {
  serverExternalPackages: [
    'opentelemetry-stardust',
    '@opentelemetry/sdk-node',
    '@opentelemetry/auto-instrumentations-node',
  ],
};
