import { diag } from '@opentelemetry/api';

/** The one way this package says anything; silent until the application sets a logger. */
export const log = diag.createComponentLogger({ namespace: 'opentelemetry-stardust' });
