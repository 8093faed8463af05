/** Names of calls as this room makes them: a kind, who is called, what is asked. */
const OF_PARTS =
  /^(?:redis:[^:]+:[A-Z]\w*|(?:db|mongo):[^:]+:\w+(?::[^:]+)?|(?:mq|kafka|rocketmq|mqtt):[^:]+:(?:publish|receive|process))$/;

/**
 * Reads each part of such a name by itself, any other name as a whole: a cache called `sessions` is no key, and the
 * command behind it not its value.
 */
export function eachPart(name: string, read: (text: string) => string): string {
  return OF_PARTS.test(name) ? name.split(':').map(read).join(':') : read(name);
}
