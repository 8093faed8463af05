/** What the command says, in English. `{name}` stands for a value, `{n: one|more}` for a word that depends on it. */
export const en = {
  spans: '{n} {n: span|spans}',
  samples: '{n} {n: sample|samples}',
  errors: '{n} {n: error|errors}',
  characters: '{n} {n: character|characters}',
  problems: '{n} {n: problem|problems}',
  serverLog: 'See the log of the Stardust server.',
  serverLogWait: 'See the log of the Stardust server. Counts wait in the app meanwhile.',
  loginRefused: 'The server refuses the login: {refusal}',
  loginRefusedFix:
    'Is the app switched on, on the console? Is STARDUST_SECRET its secret? With a clock ten minutes off, a right secret looks wrong too.',
  clocksAgree: 'the clocks agree',
  clocksApart: 'the clocks are {seconds} s apart; times in reports are corrected',
  clockBehind: "The clock of this machine is {time} behind the server's.",
  clockAhead: "The clock of this machine is {time} ahead of the server's.",
  clockFix:
    'Set the clock, by NTP for example. Until then the times in reports are corrected by the difference.',
  seconds: '{n} s',
  minutes: '{n} minutes',
  limits:
    'a report every {period} s, with {samples} and {errors} of a name; slow is above {slow} ms; tags have up to {length}',
  excludesNone: 'the server excludes no names',
  excludesMore: '{list}  and {n} more',
  excludesAll: 'The server excludes every name: {list}',
  excludesAllFix: 'Take the entry * off the list of excludes, on the console.',
  excludes: 'the server excludes: {list}',
  login: '{server} takes the login of {app}',
  loginCalled: 'the server calls it {app}',
  clockNonsense: "the server's time cannot be right ({time}), and is ignored",
  secretRight: 'the secret is right',
  secretNone: 'no secret is set, and the server lets the app in without',
  secretClock: 'the secret is right, but the clock is not',
  secretWrong: 'The secret is wrong; the server still lets the app in, and hands out the right one.',
  secretWrongFix: 'Set STARDUST_SECRET to the secret that the console shows for {app}.',
  pingBad: 'The server does not take a ping: {refusal}',
  ping: 'the server takes a ping, and wants one every {seconds} s',
  reportBad: 'The server does not take a report: {refusal}',
  reportOff: 'Switch the tracing of {app} on, on the console.',
  report: 'the server takes an empty report',
  noMeter: 'the server wants no figures of the process',
  speaksHttps: '{server} speaks https, not http.',
  setServer: 'Set STARDUST_SERVER={server}',
  proxyAnswers: 'What answers through the proxy {proxy} is not Stardust: {what}',
  proxyAnswersFix: 'Let the proxy pass calls to {host}, or bypass it: NO_PROXY={host}',
  gateway: '{server} answers {what}: a gateway without a server behind it.',
  gatewayFix: 'Start the Stardust server, or fix the route from the gateway to it.',
  notStardust: 'What answers on {server} is not Stardust: {what}',
  notStardustFix:
    "Is the port right in STARDUST_SERVER? Stardust's usual port is 6600. Behind a gateway, is the path right?",
  notTrusted: '{server} is not trusted: {reason}',
  proxySilent: 'No answer through the proxy {proxy}: {reason}',
  proxySilentFix: 'Fix the proxy, or bypass it: NO_PROXY={host}',
  silent: '{server} accepts the connection but does not answer: {reason}',
  silentFix: 'Is it Stardust that listens there? Is STARDUST_SERVER right?',
  proxyPassword: 'The proxy {proxy} requires a user and a password (407).',
  proxyPasswordFix: "Add them to the proxy's variable: {address}",
  setCa: 'Set the file of the CA that signed it:\n  export STARDUST_CA=/path/to/ca.pem',
  certificateName: "Use the certificate's host name in STARDUST_SERVER.",
  certificateOld: "Renew the server's certificate. If it is new, set this machine's clock.",
  certificateYoung: "Set this machine's clock.",
  server: 'the server',
  proxy: 'the proxy',
  unresolved: '{host} ({called}) cannot be resolved.',
  unresolvedFix: "Is it right in {variable}? Can this machine's DNS resolve it?",
  place: 'port {port} of {host}',
  placeNamed: 'port {port} of {host} ({addresses})',
  answers: '{place} answers',
  nothingListens: 'Nothing listens on {place}.',
  nothingListensServer:
    "Is the port right in {variable}? Is the server running? Stardust's usual port is 6600.",
  nothingListensProxy: 'Is the port right in {variable}? Is the proxy running?',
  noAnswer: 'No answer from {place}: {code}',
  noAnswerFix: 'Allow this machine to connect: a firewall or a route is in the way.',
  byProxy: '{server}, through the proxy {proxy}',
  certificates: 'the certificates cannot be used: {reason}',
  certificatesFix: 'Set a PEM file that the app can read.',
  tls: '{protocol}, certificate for {subject} until {date}',
  certificateBad: 'The certificate for {subject}, signed by {issuer}, is not trusted: {code}',
  certificateBadFix: 'Install a certificate on the server that this machine trusts.',
  speaksHttp: '{server} does not speak https ({code}).',
  noHandshake: '{server} does not complete the TLS handshake: {code}',
  noHandshakeFix: 'Is it an https server that listens there?',
  badVariableFix: 'Correct it or unset it.',
  sdkDisabled: 'OTEL_SDK_DISABLED is true: nothing is counted.',
  unset: 'Unset it.',
  noServer: 'STARDUST_SERVER is not set: nothing is counted, unless the code sets the option server.',
  noServerFix: 'Set it to the address of the server:\n  export STARDUST_SERVER=http://stardust.example:6600',
  noApp: 'No app id is set, unless the code or the resource sets it.',
  noAppFix: "Set it to the app's name on the console:\n  export STARDUST_APP_ID=my-app",
  reportsAs: 'reports as {app} ({name} {version}, {client})',
  unknownVariable: '{name} is not a variable of this package and is ignored.',
  unknownVariableFix: 'See docs/configuration.md for the variables.',
  didYouMean: 'Did you mean {name}?',
  nodeOld: 'Node.js {version} is too old.',
  nodeOldFix: 'Use {version} or later.',
  notInstalled: '{name} is not installed in {folder}',
  installIt: 'Install it: npm install {name}',
  otherVersion: 'The app has {name} {version}; this check is {ours} from {folder}',
  otherVersionFix: "Run the app's own version: npx opentelemetry-stardust check, in the app's folder.",
  noApi: '{name} is not installed.',
  installOtel: 'Install OpenTelemetry:\n{command}',
  apiUnsupported: '{name} {version} is not supported.',
  apiUnsupportedFix: 'Install 1.9, or 1.10 for OpenTelemetry 3.',
  apiSame: '{name} {version}, the same for the app and for {ours}',
  apiCopies: 'There are two copies of {name}: {copies}',
  apiCopiesBlind: "There are two copies of {name}, which do not see each other's spans: {copies}",
  apiCopiesFix: 'Keep one: install one version of {name} in the app, then run\n  npm dedupe',
  apiCopiesList: "the app's {version} in {folder}, ours {ourVersion} in {ourFolder}",
  noSdk: 'No OpenTelemetry SDK is installed.',
  noSdkFix: 'Install one:\n{command}',
  sdkOld: 'OpenTelemetry {line} is too old: {text}',
  sdkOldFix: 'Install OpenTelemetry 2:\n{command}',
  sdkApi: 'OpenTelemetry {line} does not work with {name} {version}: {text}',
  installThis: 'Install {name}',
  sdk: 'OpenTelemetry: {text}',
  sdkLine2: 'OpenTelemetry 2 (3 needs Node.js 22.15, on an older one npm takes 2): {text}',
  noProcess: 'No Node.js process was seen.',
  noProcessFix:
    'Does the command start node? A process that a daemon starts is not seen: use the command that the daemon runs.',
  provider: 'a tracer provider is registered, by @opentelemetry/api {version}',
  ran: '{command} ran for {seconds} s',
  startFix: 'Use the command that starts the app.',
  killed: '{command} was ended by {signal}.',
  seeOutput: 'See its output above.',
  endedItself: '{command} ended by itself',
  endedStatus: '{command} ended with status {code}.',
  noProvider: 'No tracer provider was registered, so there are no spans.',
  noProviderFix: 'Start the app with OpenTelemetry before it:\n{command}',
  noRegisterFix: 'Call register() on the provider that has the processor, or start() on NodeSDK.',
  copy: '{version} in {folder}',
  copies: 'The app has loaded {n} copies of @opentelemetry/api:\n{list}',
  copiesFix: 'Keep one: npm ls @opentelemetry/api shows who depends on which, and npm dedupe helps.',
  copiesBlind: '{text}\nSpans made through {versions} are not seen.',
  noInstrumentation: 'No instrumentation is registered: only spans that the code itself starts are seen.',
  noInstrumentationFix:
    'Call registerInstrumentations with getNodeAutoInstrumentations(), as the README shows.',
  early: 'Loaded before OpenTelemetry, so their spans are missing: {names}',
  earlyFix: 'Load OpenTelemetry first, before the app:\n  node --require ./instrument.cjs app.js',
  unhooked: 'Imported by an ES module without a hook, so their spans are missing: {names}',
  unhookedFix:
    'Register the hook before the app is loaded (README, ES modules):\n  node --import ./instrument.mjs app.mjs',
  seen: 'loaded after OpenTelemetry: {names}',
  unrecorded: 'No span was recorded: a sampler dropped {spans}.',
  unrecordedFix: 'Use the sampler of stardust(), which records every span.',
  noSpan: 'No span ended within {seconds} s.',
  noSpanFix: 'Send requests to the app while it runs, or give it more time: --seconds 30',
  moreNames: '        and {n} more names',
  spansMissing: '; {n} more were not recorded by a sampler',
  spansEnded: '{spans} ended{missing}',
  noProcessor: 'There is no StardustSpanProcessor, so nothing is counted.',
  noProcessorFix: 'Pass what stardust() returns to the tracer provider, as the README shows.',
  inactive: 'The StardustSpanProcessor is inactive, so nothing is counted.',
  findOut: 'Find out why: npx opentelemetry-stardust check',
  gaveWay: 'the app sets up OpenTelemetry itself; register has given way to it',
  anotherSdk: 'Another OpenTelemetry SDK',
  otherSdk: '{sdk} has set a tracer provider of its own, without StardustSpanProcessor: nothing is counted.',
  otherSdkFix: 'Put stardust() into its set-up (docs/zero-code.md, "Beside another SDK").',
  sentry10Fix:
    'Let Sentry leave OpenTelemetry to register:\n  Sentry.init({ dsn, skipOpenTelemetrySetup: true })\nOr: ',
  sentry11Fix:
    'Let Sentry leave OpenTelemetry to register: Sentry.init({ dsn })\nwithout enableOpenTelemetrySetup.\nOr: ',
  notReached: 'There is a StardustSpanProcessor, but the spans do not reach it.',
  notReachedFix: 'Pass it to the registered tracer provider, in spanProcessors.',
  counted: 'a StardustSpanProcessor has counted {spans}',
  countedBut: 'a StardustSpanProcessor has counted {spans}; not counted: {left}',
  away: '{server} is away{why}',
  refusing: '{server} is refusing the login{why}',
  notYet: 'no login at {server} yet',
  loggedIn: 'logged in at {server}',
  noRoutes: 'The routes of {name} are not recorded: requests are named by the first parts of their paths.',
  noMessages: 'The messages that {name} answers are not recorded: their transport has no instrumentation.',
  noCalls: 'The calls of {name} are not recorded: it has no instrumentation.',
  lineOf: '{line}, of {name}',
  orElse: '; or ',
  registerFix: 'start the app with register:\n{command}',
  routeFix: "set the route in a hook: getRPCMetadata(context.active()).route = '/users/:id'",
  astroFix:
    'set the route in onRequest of src/middleware.js: getRPCMetadata(otel.context.active()).route = context.routePattern',
  svelteKitFix:
    'set the route in handle of src/hooks.server.js: getRPCMetadata(context.active()).route = event.route.id',
  nitroFix:
    'add the plugin of docs/frameworks.md#a-route-set-by-hand, which tells routes and errors; in Nuxt below server/plugins',
  clientFix: 'make a span around its calls, kind CLIENT, with db.system.name and db.query.text',
  producerFix:
    'make a span around its calls, kind PRODUCER, with messaging.system and messaging.destination.name',
  interceptorFix:
    'make a span around each handler in an interceptor, kind SERVER, with rpc.service and rpc.method (docs/examples/nest-tcp)',
  frameworks: 'See docs/frameworks.md.',
  excluded: '{n} by excludes',
  filtered: '{n} by the filter',
  internal: '{n} internal to frameworks',
  ownCall: '{n} of our own calls',
  afterShutdown: '{n} after the shutdown',
  unusable: '{n} without a name or a duration',
  nobody: 'nobody',
  checkHelp: `\
Usage: npx opentelemetry-stardust check [options] [-- <command>]

Checks this environment: variables, versions, network, login, ping and an
empty report. The console shows the app and its instance, but no counts.
Run it in the app's folder, with the app's variables.

With a command, runs that for a few seconds instead, and checks that its
spans are seen and counted:

  npx opentelemetry-stardust check -- node app.js

Options:
  --seconds <number>   how long the command runs, 1 to 3600 (default 5)
  --json               print one JSON object
  --lang <language>    zh-CN or en; that of the locale by default
  -h, --help           print this text
`,
  commandMissing: 'A command is missing after --.',
  environmentGood:
    'All checks passed. If nothing appears on the console, check the app itself:\n\n  npx opentelemetry-stardust check -- node app.js\n',
  environmentFair: 'Reports arrive. See the lines marked with !.\n',
  environmentBad: '{problems}. The steps that depend on it were skipped.\n',
  appGood: "All checks passed: the app's spans are counted.\n",
  appFair: 'No problem was found for certain. See the lines marked with !.\n',
  appBad: '{problems}.\n',
  devHelp: `\
Usage: npx opentelemetry-stardust dev [options]

Starts a stand-in for a Stardust server. It keeps what services report in
memory and shows it on a page. Press Ctrl-C to stop it.

Options:
  --port <number>      port to listen on; 0 for any free one (default 6600)
  --host <address>     address to listen on (default 127.0.0.1: this machine)
  --hosts <names>      further host names of the page, separated by commas
  --period <seconds>   how often services report, 1 to 3600 (default 60)
  --json               print one line of JSON: url, port
  --lang <language>    zh-CN or en; that of the locale by default
  -h, --help           print this text
`,
  greeting: `\
A stand-in Stardust server listens on {url}
Open that address in a browser to see what arrives. Press Ctrl-C to stop.

Start your app with these two variables:

  {set}STARDUST_SERVER={url}
  {set}STARDUST_APP_ID=my-app

Check them with: npx opentelemetry-stardust check
`,
  portInUse: 'Port {port} of {host} is in use. Use another one: --port {other}',
  hostUnknown: '{host} is not an address of this machine. Use one that is: --host 127.0.0.1',
  portDenied: 'This user may not listen on port {port}. Use one above 1023: --port 6600',
  notStarted: 'The server could not be started: {reason}',
  runHelp: `\
Usage: npx opentelemetry-stardust run -- <command>

Starts an app with OpenTelemetry and Stardust loaded before it, so that its
spans are reported without changing its code. Works for node and for programs
that start node, such as npm, tsx and pm2-runtime.

  npx opentelemetry-stardust run -- node app.js
  npx opentelemetry-stardust run -- npm start

The app gets this command's standard streams, signals and environment, and this
command ends with the app's exit status. Set where to report by the variables
STARDUST_SERVER, STARDUST_APP_ID and STARDUST_SECRET.

Options:
  --lang <language>   zh-CN or en; that of the locale by default
  -h, --help          print this text
`,
  runNeedsCommand: 'run needs a command.',
  and: ' and ',
  runNeeds: 'run needs {names}, which the app does not have. Install them:\n\n  {command}',
  notFound: '{file} was not found.',
  notExecutable: '{file} is not executable.',
  notStartedFile: '{file} could not be started: {reason}',
  help: `\
Usage: npx opentelemetry-stardust <command> [options]

Commands:
  dev     start a stand-in Stardust server, for development without one
  check   check this environment; with a command after --, check that app
  run     start an app and report its spans, without changing its code

Options:
  --lang <language>   zh-CN or en; that of the locale by default
  -h, --help          print this text; after a command, the help of that command
  -v, --version       print the version of this package

Exit status: 0 success, 1 failure, 2 wrong use.
`,
  range: '{name} must be a whole number from {min} to {max}.',
  unknownOption: 'Unknown option: {name}.',
  unexpectedArgument: 'Unexpected argument: {name}.',
  optionNeedsValue: '{name} needs a value.',
  optionTakesNone: '{name} takes no value.',
  unknownCommand: 'Unknown command: {name}.',
  unknownLanguage: '--lang must be zh-CN or en.',
};

export type Words = Readonly<Record<keyof typeof en, string>>;
