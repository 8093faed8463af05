/** Major, minor and patch of a version; 0 for a part that is not a number. */
export function partsOf(version: string): readonly [major: number, minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = version
    .split(/[.-]/)
    .map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

/** Whether a version is the least that is accepted, or a later one. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [partsOf(version), partsOf(least)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at < 0 || (a[at] ?? 0) > (b[at] ?? 0);
}
