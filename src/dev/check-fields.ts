/** Fields, each with a value of its type. */
export type Examples = Readonly<Record<string, unknown>>;

const FORMS: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  function: 'a function',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

/**
 * Refuses fields that the stand-in server does not have, and values of another type: with a slip, a field would
 * silently do nothing.
 * @throws TypeError that names the field, and what is accepted
 */
export function checkFields(what: string, given: object, examples: Examples): void {
  refuseUnknown(what, Object.keys(given), examples);
  for (const [name, value] of Object.entries(given)) {
    const type = typeOf(examples[name]);
    if (value === undefined || (typeOf(value) === type && !Number.isNaN(value))) continue;
    throw new TypeError(`The ${what} ${JSON.stringify(name)} must be ${FORMS[type]}.`);
  }
}

/**
 * Refuses names that are not known.
 * @throws TypeError that names them, and what is known
 */
export function refuseUnknown(what: string, given: readonly string[], known: Examples): void {
  const unknown = given.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  throw new TypeError(
    `The stand-in server has no ${what} ${names}. It has: ${Object.keys(known).join(', ')}.`,
  );
}

/** `null` stands for an empty array, as on the wire. */
function typeOf(value: unknown): string {
  return value === null || Array.isArray(value) ? 'array' : typeof value;
}
