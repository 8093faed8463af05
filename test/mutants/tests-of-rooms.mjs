/**
 * The tests that know a room: of one process, run from the source, and independent of real time. All tests would take a
 * day. A room that is not here has none that meet this, or is not worth it.
 */
export const TESTS_OF_ROOMS = {
  aggregate: ['unit/{aggregator,builders,excludes,kept-spans,limits,names,report}'],
  backlog: [
    'unit/{backlog,backlog-file-name,disk-store,left-behind,snapshot,waiting-report}',
    'integration/disk/store',
  ],
  chains: ['unit/{trace-id,sampler,otel-variables}'],
  config: ['unit/{config,forms,identity,pem,proxies,settings,shown,user-functions}'],
  delivery: ['unit/{announcing,delivery,disk-copy,ledger,period,reporter,settling}'],
  'exporter.ts': ['unit/exporter'],
  naming: [
    'unit/{naming,path-names,database-names,other-names,recorded-names,sql-names,statement-cache}',
    'property/{names,statement-cache}',
  ],
  redact: ['unit/{redact,shown-texts,built-in-secrets,own-secrets,strict}'],
  register: ['unit/{register-decision,trace-exporters}'],
  report: ['unit/report'],
  'span-processor.ts': ['unit/exporter'],
  runtime: ['unit/{background,folder-lock,in-a-strange-process,log,own-secrets,reason,timing,whole-file}'],
  session: [
    'unit/{session,session-login,session-pings,failover,server-clock,identity,machine,instances,settled-resource,process-figures}',
  ],
  span: ['unit/{error-text,naming,outcome,own-call,sample,strict,tag,trace-id}'],
  sql: ['unit/{sql,sql-names,sql-values}'],
  structure: ['unit/{recorded-names,route-hooks}', 'integration/{chains,samples}'],
  transport: ['unit/{http-transport,exchange,call-failure,credentials,tunnel,load-undici}'],
  wire: ['unit/{answer,excludes,json,limits,report,star-pattern,text,wire}', 'integration/session'],
};
