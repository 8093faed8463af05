/** The exports of a package with one of them replaced, in place where they can be written, else as a copy. */
export function replacedExport<T extends object>(exports: T, name: keyof T & string, value: unknown): T {
  if (Reflect.set(exports, name, value)) return exports;
  // Compiled modules export getters.
  const descriptors = Object.getOwnPropertyDescriptors(exports);
  const copy: object = Object.create(Object.getPrototypeOf(exports));
  return Object.defineProperties(copy, {
    ...descriptors,
    [name]: { value, enumerable: true, configurable: true, writable: true },
  }) as T;
}
