/** An option as it was given: what some old library has put on `Object.prototype` for everybody is none. */
export function optionOf<T extends object, K extends keyof T>(options: T, name: K): T[K] | undefined {
  return Object.hasOwn(options, name) || !(name in Object.prototype) ? options[name] : undefined;
}
