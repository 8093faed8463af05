/** The kind under which Stardust's console shows a name. */
export function kindOf(name: string): string {
  const start = name.slice(0, 8).toLowerCase();
  if (start.startsWith('/')) return 'api';
  if (start.startsWith('http://') || start === 'https://') return 'http';
  if (start === 'redismq:') return 'mq';
  const colon = name.indexOf(':');
  return colon > 0 ? name.slice(0, colon) : 'other';
}
