// Stub until the reader is there.
export interface SqlShape {
  readonly action: string;
  readonly tables: readonly string[];
}
export function sqlShape(_statement: string): SqlShape | undefined {
  return undefined;
}
export function maskSql(_statement: string, _options: { doubleQuotedIsText?: boolean } = {}): string {
  return '';
}
