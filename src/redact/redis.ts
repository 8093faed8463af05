import { isRandom } from './shapes.ts';

/**
 * How many arguments of a command are shown: names, keys and fields, but no values. `K`: one that is shown; `.`: one
 * that is hidden; `N`: the number of keys that follow; the group in parentheses repeats. `CONFIG:SET` is a subcommand.
 * Others show none, commands of modules (`JSON.SET`) the first.
 * After the serializer of OpenTelemetry's instrumentations and the obfuscator of Datadog's agent.
 */
const SHOWN = new Map(
  `
  (.)     AUTH ECHO PING
  K(.)    ADD APPEND BITFIELD CAS DELETE FUNCTION:LOAD GAT GATS GEOADD GEODIST GEOHASH GEOPOS GEORADIUSBYMEMBER GETEX
  K(.)    GETS GETSET HELLO HSCAN INCRBYFLOAT LINSERT LPOS LPUSH LPUSHX LREM LSET MA MD MG MODULE:LOAD MONITOR MS
  K(.)    PFADD PREPEND PSETEX PUBLISH QUIT RESET RESTORE RPUSH RPUSHX SADD SCRIPT:LOAD SELECT SET SETBIT SETEX SETNX
  K(.)    SETRANGE SISMEMBER SMISMEMBER SPUBLISH SREM SSCAN STATS VERSION XADD XCLAIM ZADD ZINCRBY ZLEXCOUNT ZMSCORE
  K(.)    ZRANGEBYLEX ZRANK ZREM ZREMRANGEBYLEX ZREVRANGEBYLEX ZREVRANK ZSCAN ZSCORE
  K(K.)   HINCRBY HINCRBYFLOAT HMSET HSET HSETEX HSETNX
  (K.)    MSET MSETNX
  KK(.)   ACL:GENPASS ACL:SETUSER CLIENT:KILL CLIENT:NO-EVICT CLIENT:SETINFO CLIENT:SETNAME CONFIG:SET COPY MOVE SMOVE
  KK(.)   SWAPDB
  KKK(.)  SENTINEL:SET
  KKKKK(.) MIGRATE
  .N(.)   EVAL EVALSHA EVALSHA_RO EVAL_RO
  KN(.)   FCALL FCALL_RO
  (K)     ACL CLIENT CONFIG DEBUG FUNCTION MODULE SCRIPT SENTINEL BGSAVE BITCOUNT BITOP BITPOS BLMOVE BLMPOP BLPOP
  (K)     BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLUSTER COMMAND DBSIZE DECR DECRBY DEL DISCARD DUMP EXEC EXISTS
  (K)     EXPIRE EXPIREAT EXPIRETIME FLUSHALL FLUSHDB GEORADIUS GEOSEARCH GEOSEARCHSTORE GET GETBIT GETDEL GETRANGE
  (K)     HDEL HEXISTS HEXPIRE HGET HGETALL HKEYS HLEN HMGET HPERSIST HRANDFIELD HSTRLEN HTTL HVALS INCR INCRBY INFO
  (K)     KEYS LASTSAVE LATENCY LCS LINDEX LLEN LMOVE LMPOP LPOP LRANGE LTRIM MEMORY MGET MULTI OBJECT PERSIST PEXPIRE
  (K)     PEXPIREAT PFCOUNT PFMERGE PSUBSCRIBE PTTL PUBSUB PUNSUBSCRIBE RANDOMKEY READONLY READWRITE RENAME RENAMENX
  (K)     REPLICAOF ROLE RPOP RPOPLPUSH SAVE SCAN SCARD SDIFF SDIFFSTORE SHUTDOWN SINTER SINTERCARD SINTERSTORE
  (K)     SLAVEOF SLOWLOG SMEMBERS SORT SORT_RO SPOP SRANDMEMBER SSUBSCRIBE STRLEN SUBSCRIBE SUBSTR SUNION SUNIONSTORE
  (K)     SUNSUBSCRIBE SYNC TIME TOUCH TTL TYPE UNLINK UNSUBSCRIBE UNWATCH WAIT WATCH XACK XAUTOCLAIM XDEL XGROUP
  (K)     XINFO XLEN XPENDING XRANGE XREAD XREADGROUP XREVRANGE XTRIM ZCARD ZCOUNT ZDIFF ZINTER ZINTERSTORE ZMPOP
  (K)     ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE ZRANGEBYSCORE ZRANGESTORE ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREVRANGE
  (K)     ZREVRANGEBYSCORE ZUNION ZUNIONSTORE
`
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [pattern = '', ...commands] = line.trim().split(/\s+/);
      return commands.map((command) => [command, pattern] as const);
    }),
);
/** One argument: in quotes, or up to a space; how many were left out. */
const ARGUMENT = /\[\d+ other arguments?\]|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\S+/g;
/** What follows is a credential, wherever it stands. */
const SCHEME = /^(?:bearer|basic|digest)$/i;
/** Not so the hash tag of `cart:{42}`. */
const MORE_THAN_A_KEY = /[=?@"&<]|\{\\*["']/;
/** A long id behind a word that tells what it is good for. */
const CREDENTIAL =
  /(?:^|[:._-])(?:sess|session|token|jwt|otp|reset|verify|csrf|auth)s?[:._-][\w-]{0,20}[:._]?(?=[\w-]*\d)[\w-]{20,}/i;
const LONG_PART = /[\w-]{20,}/g;
const OMITTED = /^(?:\[\d+ other arguments?\]|\?+)$/;
/** First words that SQL has as well. */
const SQL_TOO =
  /^(?:select|set|copy|move|load|exec|save|time|type|reset|move|role|delete|add|dump|sync|debug|command)$/i;

/** Whether a statement of an unknown system is a command of Redis. */
export function isRedisCommand(statement: string): boolean {
  const first = /^\s*([\w.]+)(?:\s|$)/.exec(statement)?.[1] ?? '';
  return SHOWN.has(first.toUpperCase()) && !SQL_TOO.test(first);
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
  const [command = '', ...given] = line.match(ARGUMENT) ?? [];
  const name = command.toUpperCase();
  const isKnown = SHOWN.has(name) || /^[A-Z]{1,12}\.[A-Z]{1,20}$/.test(name);
  // A line that begins with no command is the rest of a value.
  if (!isKnown && (!isFirst || !/^[A-Z][A-Z_-]{0,20}$/.test(name))) return command === '' ? '' : '?';
  const [second = '', third = ''] = given;
  const keys = 'K'.repeat(Math.min(50, Number.parseInt(third, 10) || 0));
  const known = SHOWN.get(`${name}:${second.toUpperCase()}`) ?? SHOWN.get(name);
  const pattern = (known ?? (isKnown ? 'K(.)' : '(.)')).replace('N', `K${keys}`);
  const [fixed = '', group = ''] = pattern.split(/[()]/);
  const places = fixed + group.repeat(given.length);
  const shown = given.map((argument, i) => {
    if (OMITTED.test(argument)) return argument;
    if (places[i] !== 'K' || SCHEME.test(given[i - 1] ?? '')) return '?';
    // A key may be made of anything, such as an address or JSON; it may be an id that opens a session: `sess:*`.
    const key = MORE_THAN_A_KEY.test(argument) ? asText(argument) : argument;
    return isRandom(key) || CREDENTIAL.test(key) ? key.replace(LONG_PART, '*') : key;
  });
  const end = shown.findLastIndex((argument) => argument !== '?');
  return [command, ...shown.slice(0, end + 1), ...(end + 1 < shown.length ? ['?'] : [])].join(' ');
}
