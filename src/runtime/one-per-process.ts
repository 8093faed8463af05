const inThisCopy: object = {};

/**
 * What there is once in a process, also if the process loads this package twice: it is on `globalThis`. Where the
 * application has frozen that, each copy of the package has its own.
 */
export function onePerProcess<T>(name: string, make: () => T): T {
  const key = Symbol.for(`opentelemetry-stardust.${name}`);
  const holdsAll = Object.isExtensible(globalThis) || key in globalThis;
  const holder = (holdsAll ? globalThis : inThisCopy) as { [key]?: T };
  holder[key] ??= make();
  return holder[key];
}
