/**
 * Plain data as JSON. `JSON.stringify` asks every object and list for `toJSON`, and old libraries add one to the
 * prototypes of all: then each is written here, and only texts go through it.
 */
export function json(value: unknown): string {
  return 'toJSON' in Array.prototype ? written(value) : JSON.stringify(value);
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${Array.from(value, written).join(',')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${written(field)}`).join(',')}}`;
}
