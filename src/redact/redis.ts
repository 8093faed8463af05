import { isRandom } from './shapes.ts';

/**
 * How many arguments of a command are shown: names, keys and fields, but no values. `K`: one that is shown; `.`: one
 * that is hidden; `N`: the number of keys that follow; the group in parentheses repeats. Others show none, commands of modules (`JSON.SET`) the first.
 * After the serializer of OpenTelemetry's instrumentations and the obfuscator of Datadog's agent.
 */
const SHOWN: Readonly<Record<string, string>> = {
  ...of('(.)', 'AUTH ECHO PING'),
  ...of('K(.)', 'HELLO MONITOR RESET QUIT SELECT'),
  ...of(
    'K(.)',
    'APPEND GETSET LPUSH LPUSHX RPUSH RPUSHX PUBLISH SPUBLISH SET SETNX SETEX PSETEX SETRANGE SETBIT SADD',
  ),
  ...of(
    'K(.)',
    'SREM SISMEMBER SMISMEMBER ZREM ZRANK ZREVRANK ZSCORE ZMSCORE ZADD ZINCRBY PFADD XADD RESTORE LREM LPOS',
  ),
  ...of(
    'K(.)',
    'GEOADD GEOHASH GEOPOS GEODIST GEORADIUSBYMEMBER BITFIELD LSET LINSERT GETEX INCRBYFLOAT XCLAIM ZRANGEBYLEX ZREVRANGEBYLEX ZREMRANGEBYLEX ZLEXCOUNT HSCAN SSCAN ZSCAN',
  ),
  ...of('K(K.)', 'HSET HMSET HSETNX HINCRBY HINCRBYFLOAT HSETEX'),
  ...of('(K.)', 'MSET MSETNX'),
  ...of('KK(.)', 'SMOVE COPY MOVE SWAPDB'),
  ...of('KK(.)', 'ACL CONFIG CLIENT'),
  ...of('KKK(.)', 'SENTINEL'),
  ...of('KKKKK(.)', 'MIGRATE'),
  ...of('.N(.)', 'EVAL EVALSHA EVAL_RO EVALSHA_RO'),
  ...of('KN(.)', 'FCALL FCALL_RO'),
  ...of('K(.)', 'FUNCTION SCRIPT MODULE DEBUG'),
  ...of(
    '(K)',
    `BITCOUNT BITOP BITPOS BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLUSTER COMMAND DBSIZE DECR
    DECRBY DEL DISCARD DUMP EXEC EXISTS EXPIRE EXPIREAT EXPIRETIME FLUSHALL FLUSHDB GEORADIUS GEOSEARCH GEOSEARCHSTORE
    GET GETBIT GETDEL GETRANGE HDEL HEXISTS HGET HGETALL HKEYS HLEN HMGET HRANDFIELD HSTRLEN HVALS INCR INCRBY INFO
    KEYS LASTSAVE LATENCY LCS LINDEX LLEN LMOVE LMPOP LPOP LRANGE LTRIM MEMORY MGET MULTI OBJECT PERSIST PEXPIRE
    PEXPIREAT PFCOUNT PFMERGE PSUBSCRIBE PTTL PUBSUB PUNSUBSCRIBE RANDOMKEY READONLY READWRITE RENAME RENAMENX REPLICAOF
    ROLE RPOP RPOPLPUSH SAVE BGSAVE SCAN SCARD SDIFF SDIFFSTORE SHUTDOWN SINTER SINTERCARD SINTERSTORE SLAVEOF
    SLOWLOG SMEMBERS SORT SORT_RO SPOP SRANDMEMBER STRLEN SUBSCRIBE SUBSTR SUNION SUNIONSTORE SUNSUBSCRIBE SSUBSCRIBE
    SYNC TIME TOUCH TTL TYPE UNLINK UNSUBSCRIBE UNWATCH WAIT WATCH XACK XAUTOCLAIM XDEL XGROUP XINFO XLEN XPENDING
    XRANGE XREAD XREADGROUP XREVRANGE XTRIM ZCARD ZCOUNT ZDIFF ZINTER ZINTERSTORE ZMPOP ZPOPMAX ZPOPMIN
    ZRANDMEMBER ZRANGE ZRANGEBYSCORE ZRANGESTORE ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE ZREVRANGEBYSCORE
    ZUNION ZUNIONSTORE HTTL HEXPIRE HPERSIST`,
  ),
  // Memcached
  ...of('K(.)', 'ADD CAS PREPEND GETS DELETE GAT GATS MG MS MD MA STATS VERSION'),
};
/** Second words of a command whose values follow: all other subcommands show everything. */
const SETS = /^(?:set|setuser|setname|setinfo|no-evict|kill|load|genpass)$/i;
const SUBCOMMANDS = /^(?:acl|config|client|script|function|module|debug|sentinel)$/i;
/** One argument: in quotes, or up to a space. */
const ARGUMENT = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\S+/g;
/** What follows is a credential, wherever it stands. */
const SCHEME = /^(?:bearer|basic|digest)$/i;
/** Not so the hash tag of `cart:{42}`. */
const MORE_THAN_A_KEY = /[=?@"&<]|\{\\*["']/;
/** A long id behind a word that tells what it is good for. */
const CREDENTIAL =
  /(?:^|[:._-])(?:sess|session|token|jwt|otp|reset|verify|csrf|auth)s?[:._-][\w-]{0,20}[:._]?(?=[\w-]*\d)[\w-]{20,}/i;
const LONG_PART = /[\w-]{20,}/g;
const OMITTED = /^\[\d+ other arguments?\]$/;
/** First words that SQL has as well. */
const SQL_TOO =
  /^(?:select|set|copy|move|load|exec|save|time|type|reset|move|role|delete|add|dump|sync|debug|command)$/i;

function of(pattern: string, commands: string): Record<string, string> {
  return Object.fromEntries(
    commands
      .trim()
      .split(/\s+/)
      .map((command) => [command, pattern]),
  );
}

/** Whether a statement of an unknown system is a command of Redis. */
export function isRedisCommand(statement: string): boolean {
  const first = /^\s*([\w.]+)(?:\s|$)/.exec(statement)?.[1] ?? '';
  return first.toUpperCase() in SHOWN && !SQL_TOO.test(first);
}

/** Commands, one a line, with their keys and without their values. */
export function shownCommands(statement: string, asText: (text: string) => string): string {
  return statement
    .split(/\r?\n/)
    .map((line, i) => shownCommand(line, i === 0, asText))
    .filter((line, i, lines) => line !== '?' || lines[i - 1] !== '?')
    .join('\n');
}

function shownCommand(line: string, isFirst: boolean, asText: (text: string) => string): string {
  const [command = '', ...given] =
    line.replace(/\[\d+ other arguments?\]/, (all) => all.replaceAll(' ', '\u0001')).match(ARGUMENT) ?? [];
  const name = command.toUpperCase();
  const isKnown = Object.hasOwn(SHOWN, name) || /^[A-Z]{1,12}\.[A-Z]{1,20}$/.test(name);
  // A line that begins with no command is the rest of a value.
  if (!isKnown && (!isFirst || !/^[A-Z][A-Z_-]{0,20}$/.test(name))) return command === '' ? '' : '?';
  const [second = '', third = ''] = given;
  const keys = 'K'.repeat(Math.min(50, Number.parseInt(third, 10) || 0));
  const pattern = (SHOWN[name] ?? (isKnown ? 'K(.)' : '(.)')).replace('N', `K${keys}`);
  const isShownWhole = SUBCOMMANDS.test(name) && !SETS.test(second);
  const shown = given.map((argument, i) => {
    if (OMITTED.test(argument.replaceAll('\u0001', ' ')) || /^\?+$/.test(argument)) return argument;
    if ((!isShownWhole && !shows(pattern, i)) || SCHEME.test(given[i - 1] ?? '')) return '?';
    // A key may be made of anything, such as an address or JSON.
    return withoutCredential(MORE_THAN_A_KEY.test(argument) ? asText(argument) : argument);
  });
  const end = shown.findLastIndex((argument) => argument !== '?');
  return [command, ...shown.slice(0, end + 1), ...(end + 1 < shown.length ? ['?'] : [])]
    .join(' ')
    .replaceAll('\u0001', ' ');
}

/** `sess:*`: a key may be an id that opens a session. */
function withoutCredential(key: string): string {
  return isRandom(key) || CREDENTIAL.test(key) ? key.replace(LONG_PART, '*') : key;
}

/** Whether a pattern shows the argument of this number. */
function shows(pattern: string, index: number): boolean {
  const [fixed = '', group = ''] = pattern.split(/[()]/);
  if (index < fixed.length) return fixed[index] === 'K';
  return group[(index - fixed.length) % group.length] === 'K';
}
