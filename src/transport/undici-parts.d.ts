/** Parts of undici, which has no `exports` and types its main entry only. */
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const part: typeof Pool;
  export default part;
}
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici';

  const part: typeof Client;
  export default part;
}
declare module 'undici/lib/api/api-connect.js' {
  import type { Client, Dispatcher } from 'undici';

  const part: (
    this: Client,
    options: Dispatcher.ConnectOptions<null>,
  ) => Promise<Dispatcher.ConnectData<null>>;
  export default part;
}
declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  const part: typeof buildConnector;
  export default part;
}
