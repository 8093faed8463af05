import { TracerProvider } from '@opentelemetry/sdk-trace';
import { stardust } from 'opentelemetry-stardust';

const provider = new TracerProvider(stardust());
const tracer = provider.getTracer('in-code');
for (let i = 0; i < 5; i++) tracer.startSpan('work').end();
provider.shutdown();
