import { diag } from '@opentelemetry/api';

/** What each line of this package begins with. */
export const NAMESPACE = 'opentelemetry-stardust';

/** The one way this package says anything; silent until the application sets a logger. */
export const log = diag.createComponentLogger({ namespace: NAMESPACE });
