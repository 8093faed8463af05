/**
 * What other rooms say in English and the command shows: faults in variables and files, and why a call failed. With
 * `{name}` for a value, which may be a phrase itself. The first that fits a whole text wins.
 */
export const PHRASES: readonly (readonly [english: string, chinese: string])[] = [
  // Values of variables.
  [
    'variable {name} must be {form}, not a value of type {type}; its default is taken',
    '环境变量 {name} 的值不对，改用默认值。应为：{form}',
  ],
  [
    'variable {name} must be {form}, not {given}; its default is taken',
    '环境变量 {name} 的值 {given} 不对，改用默认值。应为：{form}',
  ],
  [
    'variable {name} must be an address such as {example}; no proxy is used',
    '环境变量 {name} 的值不对，不使用代理。应为 {example} 这样的地址',
  ],
  [
    'option cert (STARDUST_CERT) must come with its key (STARDUST_KEY); no client certificate is used',
    '只设置了 STARDUST_CERT，没有设置 STARDUST_KEY；不使用客户端证书',
  ],
  [
    'option key (STARDUST_KEY) must come with its cert (STARDUST_CERT); no client certificate is used',
    '只设置了 STARDUST_KEY，没有设置 STARDUST_CERT；不使用客户端证书',
  ],
  // Their forms.
  ['true or false', 'true 或 false'],
  ["'span' or 'stardust', or a function", 'span 或 stardust'],
  ["a whole number from {min} to {max}, or 'stardust'", '{min} 到 {max} 的整数，或 stardust'],
  ["'{first}' or '{second}'", '{first} 或 {second}'],
  ['a number of seconds from {min} to {max}', '{min} 到 {max}，单位是秒'],
  ['a number of milliseconds from {min} to {max}', '{min} 到 {max}，单位是毫秒'],
  ['a whole number of bytes from {min} to {max}', '{min} 到 {max} 的整数，单位是字节'],
  ['a whole number from {min} to {max}', '{min} 到 {max} 的整数'],
  [
    'an address such as {example}, or several separated by commas, without user and password',
    '{example} 这样的地址，多个用逗号分隔，不能带用户名和密码',
  ],
  ['an object of strings, a function, or (as a variable) {example}', '{example} 这样的形式'],
  ["certificates in PEM, as text or Buffer (a file's name is for the variable only)", 'PEM 证书的文件名'],
  [
    "an unencrypted private key in PEM, as text or Buffer (a file's name is for the variable only)",
    'PEM 私钥的文件名，私钥不能带口令',
  ],
  // Certificate files.
  [
    '{variable}: {file} cannot be used ({reason}); it counts as not set',
    '{variable}：{file} 不能用（{reason}），当作没有设置',
  ],
  ['no file of at most 4 MiB', '不是文件，或超过 4 MiB'],
  ['holds no PEM of this kind', '内容不是所需的 PEM'],
  // Calls.
  [
    '{reason}; who signed it is not trusted here: set ca or STARDUST_CA',
    '{reason}；本机不信任签发者，请设置 ca 或 STARDUST_CA',
  ],
  [
    '{reason}; the server wants a client certificate: set cert and key',
    '{reason}；服务端要求客户端证书，请设置 cert 和 key',
  ],
  [
    '{reason}; that is not TLS: is the address one with http://?',
    '{reason}；对方用的不是 TLS，地址是不是应该写 http://？',
  ],
  ['HTTP {status} to {address} without a Stardust answer', 'HTTP {status}，转到 {address}，不是星尘的应答'],
  ['HTTP {status} without a Stardust answer', 'HTTP {status}，不是星尘的应答'],
  ['HTTP {status} to {address}', 'HTTP {status}，转到 {address}'],
  ['Error: {reason}', '{reason}'],
  ['no answer within {n} ms', '{n} 毫秒内没有应答'],
  ['no answer after many 1xx', '只收到 1xx，没有应答'],
  ['the answer is that of another call', '收到的是另一次请求的应答'],
  ['the server could not read the body', '服务端解析不了请求正文'],
  ['no token', '没有令牌'],
  ['closed', '连接已关闭'],
];

interface Phrase {
  readonly pattern: RegExp;
  readonly chinese: string;
}

const phrases: readonly Phrase[] = PHRASES.map(([english, chinese]) => ({
  pattern: new RegExp(
    `^${english.replace(/[.*+?^$()[\]\\|]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.+?)')}$`,
    's',
  ),
  chinese,
}));

/** A text of another room in Chinese; as it is, if it is no phrase: a name, a code, words of Node or of a server. */
export function inChinese(text: string): string {
  for (const { pattern, chinese } of phrases) {
    const found = pattern.exec(text);
    if (found !== null)
      return chinese.replace(/\{(\w+)\}/g, (_, name) => inChinese(found.groups?.[name] ?? ''));
  }
  return text;
}
