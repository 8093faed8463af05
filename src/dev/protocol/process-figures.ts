import type { JsonFields } from './json-fields.ts';

const INT32_FIELDS = [
  'Id',
  'Threads',
  'WorkerThreads',
  'IOThreads',
  'AvailableThreads',
  'Handles',
  'Connections',
  'GCCount',
];
const INT64_FIELDS = ['ProcessorTime', 'WorkingSet', 'HeapSize', 'PendingItems', 'CompletedItems'];
const TEXT_FIELDS = ['Name', 'AppName', 'CommandLine', 'UserName', 'MachineName', 'IP', 'Listens'];

/** What is used from the body of a ping, or from the `Info` of a report, which has the same fields. */
export interface ProcessInfo {
  readonly version: string;
  readonly timeMs: number;
}

/**
 * Reads the figures of a process. Most are only checked.
 *
 * @throws Unreadable
 */
export function readProcessInfo(fields: JsonFields): ProcessInfo {
  for (const name of INT32_FIELDS) fields.int32(name);
  for (const name of INT64_FIELDS) fields.int64(name);
  for (const name of TEXT_FIELDS) fields.text(name);
  fields.double('CpuUsage');
  fields.checkMoment('StartTime');
  return { version: fields.text('Version'), timeMs: fields.int64('Time') };
}

/** What the server says to a version that is not 2 to 4 dotted numbers; `undefined` if it is, or is empty. */
export function versionFault(version: string): string | undefined {
  if (version === '') return undefined;
  const parts = version.split('.');
  if (parts.length < 2 || parts.length > 4) {
    return "Version string portion was too short or too long. (Parameter 'input')";
  }
  for (const part of parts) {
    if (!/^[+-]?\d+$/.test(part.trim())) return `The input string '${part}' was not in a correct format.`;
    const number = Number(part);
    if (Math.abs(number) > 2_147_483_647) return 'Value was either too large or too small for an Int32.';
    if (number < 0)
      return "Version's parameters must be greater than or equal to zero. (Parameter 'version')";
  }
  return undefined;
}
