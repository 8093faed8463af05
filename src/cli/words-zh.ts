import type { Words } from './words-en.ts';

/** What the command says, in Chinese. */
export const zh: Words = {
  spans: '{n} 个片段',
  samples: '{n} 个样本',
  errors: '{n} 个异常样本',
  characters: '{n} 个字符',
  problems: '{n} 个问题',
  serverLog: '原因在星尘服务端的日志里。',
  serverLogWait: '原因在星尘服务端的日志里。在此期间数据留在应用里等待。',
  loginRefused: '服务端拒绝登录：{refusal}',
  loginRefusedFix:
    '应用在控制台上启用了吗？STARDUST_SECRET 是它的密钥吗？时钟相差十分钟以上，密钥也会显得不对。',
  clocksAgree: '两边时钟一致',
  clocksApart: '两边时钟相差 {seconds} 秒，上报时自动校正',
  clockBehind: '本机时钟比服务端慢 {time}。',
  clockAhead: '本机时钟比服务端快 {time}。',
  clockFix: '请校时，比如用 NTP。在此之前，上报里的时间按差值校正。',
  seconds: '{n} 秒',
  minutes: '{n} 分钟',
  limits:
    '采样周期 {period} 秒，每个操作名保留 {samples}和 {errors}；超时时间 {slow} 毫秒；最长标签 {length}',
  excludesNone: '服务端没有排除项',
  excludesMore: '{list}  另有 {n} 项',
  excludesAll: '服务端排除了所有操作名：{list}',
  excludesAllFix: '在控制台的排除项里删掉 *。',
  excludes: '服务端的排除项：{list}',
  login: '{server} 接受了 {app} 的登录',
  loginCalled: '服务端称它为 {app}',
  clockNonsense: '服务端给的时间不可能对（{time}），忽略',
  secretRight: '密钥正确',
  secretNone: '没有设置密钥，服务端也允许登录',
  secretClock: '密钥本身正确，是时钟不对',
  secretWrong: '密钥不对，但服务端仍然放行，并给出了正确的密钥。',
  secretWrongFix: '把 STARDUST_SECRET 设为控制台上 {app} 的密钥。',
  pingBad: '服务端不接受心跳：{refusal}',
  ping: '服务端接受心跳，间隔 {seconds} 秒',
  reportBad: '服务端不接受上报：{refusal}',
  reportOff: '在控制台的“应用跟踪器”里启用 {app}。',
  report: '服务端接受空的上报',
  noMeter: '服务端不要进程指标（性能收集已关闭）',
  speaksHttps: '{server} 用的是 https，不是 http。',
  setServer: '设置 STARDUST_SERVER={server}',
  proxyAnswers: '经过代理 {proxy}，收到的不是星尘的应答：{what}',
  proxyAnswersFix: '让代理放行到 {host} 的请求，或绕过它：NO_PROXY={host}',
  gateway: '{server} 返回 {what}：网关后面没有服务端。',
  gatewayFix: '启动星尘服务端，或修正网关到它的路由。',
  notStardust: '{server} 返回的不是星尘的应答：{what}',
  notStardustFix: 'STARDUST_SERVER 的端口对吗？星尘通常用 6600。在网关后面的话，路径对吗？',
  notTrusted: '{server} 的证书不可信：{reason}',
  proxySilent: '经过代理 {proxy}，没有应答：{reason}',
  proxySilentFix: '修复代理，或绕过它：NO_PROXY={host}',
  silent: '{server} 能连上，但没有应答：{reason}',
  silentFix: '在那里监听的是星尘吗？STARDUST_SERVER 对吗？',
  proxyPassword: '代理 {proxy} 要求用户名和密码（407）。',
  proxyPasswordFix: '把它们写进代理的环境变量：{address}',
  setCa: '设置签发它的 CA 文件：\n  export STARDUST_CA=/path/to/ca.pem',
  certificateName: '在 STARDUST_SERVER 里使用证书上的主机名。',
  certificateOld: '更换服务端证书。如果证书是新的，给本机校时。',
  certificateYoung: '给本机校时。',
  server: '服务端',
  proxy: '代理',
  unresolved: '{host}（{called}）解析不了。',
  unresolvedFix: '{variable} 里写对了吗？本机的 DNS 能解析它吗？',
  place: '{host} 的端口 {port}',
  placeNamed: '{host}（{addresses}）的端口 {port}',
  answers: '{place} 能连上',
  nothingListens: '{place} 上没有程序监听。',
  nothingListensServer: '{variable} 的端口对吗？服务端启动了吗？星尘通常用 6600。',
  nothingListensProxy: '{variable} 的端口对吗？代理启动了吗？',
  noAnswer: '{place} 没有应答：{code}',
  noAnswerFix: '请放行本机的连接：可能有防火墙拦着，或路由不通。',
  byProxy: '{server}，经代理 {proxy}',
  certificates: '证书不能用：{reason}',
  certificatesFix: '请给出应用能读的 PEM 文件。',
  tls: '{protocol}，证书 {subject}，有效期至 {date}',
  certificateBad: '{issuer} 签发给 {subject} 的证书不可信：{code}',
  certificateBadFix: '在服务端安装本机信任的证书。',
  speaksHttp: '{server} 用的不是 https（{code}）。',
  noHandshake: '与 {server} 的 TLS 握手没有完成：{code}',
  noHandshakeFix: '在那里监听的是 https 服务端吗？',
  badVariableFix: '改正它，或去掉它。',
  sdkDisabled: 'OTEL_SDK_DISABLED 为 true：什么都不统计。',
  unset: '去掉它。',
  noServer: '没有设置 STARDUST_SERVER：除非代码里设置了选项 server，否则什么都不统计。',
  noServerFix: '设为服务端的地址：\n  export STARDUST_SERVER=http://stardust.example:6600',
  noApp: '没有设置应用标识，除非代码或资源属性里有。',
  noAppFix: '设为应用在控制台上的名称：\n  export STARDUST_APP_ID=my-app',
  reportsAs: '以 {app} 上报（{name} {version}，{client}）',
  unknownVariable: '{name} 不是本包的环境变量，会被忽略。',
  unknownVariableFix: '环境变量见 docs/zh-CN/configuration.md。',
  didYouMean: '是不是想写 {name}？',
  nodeOld: 'Node.js {version} 太旧。',
  nodeOldFix: '请用 {version} 或更新的版本。',
  notInstalled: '{folder} 里没有安装 {name}',
  installIt: '安装它：npm install {name}',
  otherVersion: '应用装的是 {name} {version}；现在运行的检查是 {folder} 里的 {ours}',
  otherVersionFix: '请用应用自己的版本：在应用目录里运行 npx opentelemetry-stardust check。',
  noApi: '没有安装 {name}。',
  installOtel: '安装 OpenTelemetry：\n{command}',
  apiUnsupported: '不支持 {name} {version}。',
  apiUnsupportedFix: '请装 1.9；OpenTelemetry 3 用 1.10。',
  apiSame: '{name} {version}，应用和 {ours} 用的是同一份',
  apiCopies: '有两份 {name}：{copies}',
  apiCopiesBlind: '有两份 {name}，彼此看不到对方的片段：{copies}',
  apiCopiesFix: '只留一份：在应用里装一个版本的 {name}，然后运行\n  npm dedupe',
  apiCopiesList: '应用的 {version} 在 {folder}，我们的 {ourVersion} 在 {ourFolder}',
  noSdk: '没有安装 OpenTelemetry SDK。',
  noSdkFix: '安装一个：\n{command}',
  sdkOld: 'OpenTelemetry {line} 太旧：{text}',
  sdkOldFix: '安装 OpenTelemetry 2：\n{command}',
  sdkApi: 'OpenTelemetry {line} 不能与 {name} {version} 一起用：{text}',
  installThis: '请安装 {name}',
  sdk: 'OpenTelemetry：{text}',
  sdkLine2: 'OpenTelemetry 2（3 需要 Node.js 22.15，更旧的 Node.js 上 npm 会装 2）：{text}',
  noProcess: '没有看到 Node.js 进程。',
  noProcessFix: '这个命令会启动 node 吗？守护进程启动的看不到：请改用守护进程执行的那条命令。',
  provider: '已注册 TracerProvider，@opentelemetry/api {version}',
  ran: '{command} 运行了 {seconds} 秒',
  startFix: '请用启动应用的命令。',
  killed: '{command} 因 {signal} 而结束。',
  seeOutput: '看上面它的输出。',
  endedItself: '{command} 自己结束了',
  endedStatus: '{command} 以退出码 {code} 结束。',
  noProvider: '没有注册 TracerProvider，所以没有片段。',
  noProviderFix: '启动应用之前先加载 OpenTelemetry：\n{command}',
  noRegisterFix: '对带有处理器的 provider 调用 register()，或对 NodeSDK 调用 start()。',
  copy: '{version} 在 {folder}',
  copies: '应用加载了 {n} 份 @opentelemetry/api：\n{list}',
  copiesFix: '只留一份：npm ls @opentelemetry/api 显示谁依赖哪一份，npm dedupe 可以合并。',
  copiesBlind: '{text}\n通过 {versions} 产生的片段看不到。',
  noInstrumentation: '没有注册任何埋点：只能看到代码自己产生的片段。',
  noInstrumentationFix: '像 README 那样，用 getNodeAutoInstrumentations() 调用 registerInstrumentations。',
  early: '先于 OpenTelemetry 加载，所以没有片段：{names}',
  earlyFix: '在应用之前先加载 OpenTelemetry：\n  node --require ./instrument.cjs app.js',
  unhooked: 'ES 模块没有注册钩子，import 的这些库没有片段：{names}',
  unhookedFix: '在加载应用之前注册钩子（README，ES 模块）：\n  node --import ./instrument.mjs app.mjs',
  seen: '在 OpenTelemetry 之后加载：{names}',
  unrecorded: '没有记录片段：采样器丢掉了 {spans}。',
  unrecordedFix: '请用 stardust() 的采样器，它记录每个片段。',
  noSpan: '{seconds} 秒内没有片段结束。',
  noSpanFix: '运行期间向应用发请求，或多给些时间：--seconds 30',
  moreNames: '        另有 {n} 个',
  spansMissing: '；另有 {n} 个被采样器丢掉',
  spansEnded: '结束了 {spans}{missing}',
  noProcessor: '没有 StardustSpanProcessor，什么都不统计。',
  noProcessorFix: '像 README 那样，把 stardust() 的返回值传给 TracerProvider。',
  inactive: 'StardustSpanProcessor 没有启用，什么都不统计。',
  findOut: '找原因：npx opentelemetry-stardust check',
  gaveWay: '应用自己设置了 OpenTelemetry，register 已停用自己的那一套',
  anotherSdk: '另一个 OpenTelemetry SDK',
  otherSdk: '{sdk} 注册了自己的 TracerProvider，其中没有 StardustSpanProcessor，什么都不统计。',
  otherSdkFix: '把 stardust() 加进它的设置（docs/zh-CN/zero-code.md，“与别的 SDK 一起用”）。',
  sentry10Fix:
    '让 Sentry 把 OpenTelemetry 留给 register：\n  Sentry.init({ dsn, skipOpenTelemetrySetup: true })\n或者：',
  sentry11Fix:
    '让 Sentry 把 OpenTelemetry 留给 register：Sentry.init({ dsn })，\n不要设 enableOpenTelemetrySetup。\n或者：',
  notReached: '有 StardustSpanProcessor，但片段到不了它。',
  notReachedFix: '把它放进已注册的 TracerProvider 的 spanProcessors。',
  counted: 'StardustSpanProcessor 统计了 {spans}',
  countedBut: 'StardustSpanProcessor 统计了 {spans}；没有统计：{left}',
  away: '{server} 不可用{why}',
  refusing: '{server} 拒绝登录{why}',
  notYet: '还没有登录 {server}',
  loggedIn: '已登录 {server}',
  noRoutes: '取不到 {name} 的路由：接口名取路径的前几段。',
  noMessages: '{name} 处理的消息不统计：所用的传输方式没有埋点。',
  noCalls: '{name} 没有埋点，它的调用不统计。',
  lineOf: '{line}（来自 {name}）',
  orElse: '；或者',
  registerFix: '用 register 启动应用：\n{command}',
  routeFix: "在钩子里设置路由：getRPCMetadata(context.active()).route = '/users/:id'",
  astroFix:
    '在 src/middleware.js 的 onRequest 里设置路由：getRPCMetadata(otel.context.active()).route = context.routePattern',
  svelteKitFix:
    '在 src/hooks.server.js 的 handle 里设置路由：getRPCMetadata(context.active()).route = event.route.id',
  nitroFix:
    '加上 docs/frameworks.md#a-route-set-by-hand 里的插件，由它提供路由和错误；Nuxt 放在 server/plugins 下',
  clientFix: '在调用外面自己建片段，类型 CLIENT，带 db.system.name 和 db.query.text',
  producerFix: '在调用外面自己建片段，类型 PRODUCER，带 messaging.system 和 messaging.destination.name',
  interceptorFix:
    '在拦截器里给每个处理函数建一个片段，类型 SERVER，带 rpc.service 和 rpc.method（docs/examples/nest-tcp）',
  frameworks: '见 docs/frameworks.md（英文）。',
  excluded: '排除项 {n} 个',
  filtered: 'filter 函数 {n} 个',
  internal: '框架内部 {n} 个',
  ownCall: '本包自己的请求 {n} 个',
  afterShutdown: 'shutdown 之后 {n} 个',
  unusable: '没有名字或时长 {n} 个',
  nobody: '未知',
  checkHelp: `\
用法：npx opentelemetry-stardust check [选项] [-- <命令>]

检查环境：环境变量、版本、网络、登录、心跳和一次空的上报。控制台上会出现应用
和它的实例，不会有次数。请在应用目录里，带着应用的环境变量运行。

后面写上命令，就改为运行它几秒，看它的片段有没有计入统计：

  npx opentelemetry-stardust check -- node app.js

选项：
  --seconds <秒>       命令运行多久，1 到 3600（默认 5）
  --json               打印一个 JSON 对象
  --lang <语言>        zh-CN 或 en
  -h, --help           打印本说明
`,
  commandMissing: '-- 后面缺少命令。',
  environmentGood:
    '全部通过。如果控制台上还是没有数据，请检查应用本身：\n\n  npx opentelemetry-stardust check -- node app.js\n',
  environmentFair: '上报能送达。请看标 ! 的行。\n',
  environmentBad: '{problems}。依赖它的步骤已跳过。\n',
  appGood: '全部通过：应用的片段已计入统计。\n',
  appFair: '没有发现确定的问题。请看标 ! 的行。\n',
  appBad: '{problems}。\n',
  devHelp: `\
用法：npx opentelemetry-stardust dev [选项]

启动模拟的星尘服务端。它把服务上报的数据存在内存里，在页面上显示。
按 Ctrl-C 停止。

选项：
  --port <端口>        监听的端口；0 为任意空闲端口（默认 6600）
  --host <地址>        监听的地址（默认 127.0.0.1，只有本机能访问）
  --hosts <名称>       页面的其它主机名，逗号分隔
  --period <秒>        采样周期，1 到 3600（默认 60）
  --json               打印一行 JSON：url、port
  --lang <语言>        zh-CN 或 en
  -h, --help           打印本说明
`,
  greeting: `\
模拟的星尘服务端已启动：{url}
用浏览器打开这个地址，可以看到收到的数据。按 Ctrl-C 停止。

用下面两个环境变量启动你的应用：

  {set}STARDUST_SERVER={url}
  {set}STARDUST_APP_ID=my-app

检查它们：npx opentelemetry-stardust check
`,
  portInUse: '{host} 的端口 {port} 已被占用。请换一个：--port {other}',
  hostUnknown: '{host} 不是本机的地址。请用本机的：--host 127.0.0.1',
  portDenied: '当前用户不能监听端口 {port}。请用大于 1023 的：--port 6600',
  notStarted: '服务端启动失败：{reason}',
  runHelp: `\
用法：npx opentelemetry-stardust run -- <命令>

启动应用，并在它之前加载 OpenTelemetry 和星尘，不改代码就能上报。适用于 node，
以及会启动 node 的程序，如 npm、tsx、pm2-runtime。

  npx opentelemetry-stardust run -- node app.js
  npx opentelemetry-stardust run -- npm start

应用使用本命令的标准输入输出、信号和环境变量，本命令以应用的退出码结束。
上报到哪里由环境变量 STARDUST_SERVER、STARDUST_APP_ID、STARDUST_SECRET 决定。

选项：
  --lang <语言>  zh-CN 或 en
  -h, --help     打印本说明
`,
  runNeedsCommand: 'run 需要一个命令。',
  and: ' 和 ',
  runNeeds: 'run 需要 {names}，应用里没有。请安装：\n\n  {command}',
  notFound: '找不到 {file}。',
  notExecutable: '{file} 不能执行。',
  notStartedFile: '{file} 启动失败：{reason}',
  help: `\
用法：npx opentelemetry-stardust <命令> [选项]

命令：
  dev     启动模拟的星尘服务端，没有星尘时用来开发
  check   检查环境；-- 后面给出命令时，检查那个应用
  run     启动应用并上报它的片段，不改代码

选项：
  --lang <语言>   zh-CN 或 en；默认取自系统语言
  -h, --help      打印本说明；写在命令之后则打印该命令的说明
  -v, --version   打印本包的版本

退出码：0 成功，1 失败，2 用法不对。
`,
  range: '{name} 必须是 {min} 到 {max} 的整数。',
  unknownOption: '没有这个选项：{name}。',
  unexpectedArgument: '多余的参数：{name}。',
  optionNeedsValue: '{name} 需要一个值。',
  optionTakesNone: '{name} 不能带值。',
  unknownCommand: '没有这个命令：{name}。',
  unknownLanguage: '--lang 必须是 zh-CN 或 en。',
};
