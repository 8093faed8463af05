const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

interface BuiltIn {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly own: PropertyDescriptor | undefined;
}

/** By what counts are taken out and lines are written, as Node made it: read once, when this module loads. */
const builtIns: readonly BuiltIn[] = [
  Object,
  Function.prototype,
  Array,
  Array.prototype,
  Object.getPrototypeOf([].values()) as object,
  Map.prototype,
  Object.getPrototypeOf(new Map().values()) as object,
  Set.prototype,
  Object.getPrototypeOf(new Set().values()) as object,
  String.prototype,
  RegExp.prototype,
  Math,
  JSON,
].flatMap((holder) =>
  ownKeys(holder).map((key) => ({ holder, key, own: getOwnPropertyDescriptor(holder, key) })),
);

/**
 * Runs work with Node's own built-ins where the application has replaced them, and then puts back what was there: for
 * what must not fail at the end of a process. Nobody else runs meanwhile, so the work must be synchronous.
 */
export function withOwnBuiltIns<T>(work: () => T): T {
  const replaced: BuiltIn[] = [];
  // Counted and indexed: nothing here may need what is to be put right.
  for (let i = 0; i < builtIns.length; i++) {
    const { holder, key, own } = builtIns[i] as BuiltIn;
    const now = getOwnPropertyDescriptor(holder, key);
    if (own === undefined || (now?.value === own.value && now?.get === own.get)) continue;
    if (defineProperty(holder, key, own)) replaced[replaced.length] = { holder, key, own: now };
  }
  try {
    return work();
  } finally {
    for (let i = 0; i < replaced.length; i++) {
      const { holder, key, own } = replaced[i] as BuiltIn;
      if (own === undefined) deleteProperty(holder, key);
      else defineProperty(holder, key, own);
    }
  }
}
