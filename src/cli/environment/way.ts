import type { Settings } from '../../config/settings.ts';
import { safeHeaders } from '../../hooks.ts';
import { HttpTransport } from '../../transport/http.ts';
import type { Transport } from '../../transport/transport.ts';

/** How a server is called: the same way as the app's reports go. */
export interface Way {
  readonly server: string;
  /** Between us and the server, where there is one. */
  readonly proxy: { readonly origin: string } | undefined;
  readonly transport: Transport;
}

export function wayTo(server: string, settings: Settings): Way {
  const { requestTimeoutMillis, dispatcher } = settings;
  const headers = safeHeaders(settings.headers, requestTimeoutMillis);
  const transport = new HttpTransport({ server, requestTimeoutMillis, dispatcher, headers });
  return { server, proxy: undefined, transport };
}
