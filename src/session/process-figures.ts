import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { monotonicTime } from '../runtime/clock.ts';
import type { ProcessInfo } from '../wire/ping.ts';
import { GarbageCollections } from './garbage-collections.ts';
import { hostName, localAddress } from './machine.ts';

/**
 * The figures of this process, for pings only: a report that carried them too would double the console's curves.
 * Each is read for itself, and one that this host does not give is left out.
 */
export class ProcessFigures {
  readonly #collections = ifAvailable(() => new GarbageCollections());
  #cpuMs: number | undefined;
  #atMs: number;

  constructor() {
    this.#cpuMs = ifAvailable(cpuMs);
    this.#atMs = monotonicTime();
  }

  /** What is now, and what changed since the last reading. Takes well below a millisecond. */
  read(): ProcessInfo {
    const connections = () => process.getActiveResourcesInfo().filter(isConnection).length;
    return {
      MachineName: hostName(),
      IP: localAddress(),
      // The script's name alone: arguments and paths may hold what is nobody's business.
      CommandLine: ifAvailable(() => basename(process.argv[1] ?? process.execPath)),
      StartTime: ifAvailable(() => Math.round(performance.timeOrigin)),
      ...this.#readCpu(),
      WorkingSet: ifAvailable(() => process.memoryUsage.rss()),
      HeapSize: ifAvailable(() => getHeapStatistics().used_heap_size),
      Threads: ifAvailable(threads),
      Handles: ifAvailable(openFiles),
      Connections: ifAvailable(connections),
      GCCount: ifAvailable(() => this.#collections?.read()),
    };
  }

  stop(): void {
    this.#collections?.stop();
  }

  #readCpu(): Pick<ProcessInfo, 'ProcessorTime' | 'CpuUsage'> {
    const before = { cpuMs: this.#cpuMs, atMs: this.#atMs };
    const now = ifAvailable(cpuMs);
    this.#cpuMs = now;
    this.#atMs = monotonicTime();
    if (now === undefined) return {};
    if (before.cpuMs === undefined) return { ProcessorTime: Math.round(now) };
    const share = (now - before.cpuMs) / Math.max(1, this.#atMs - before.atMs);
    return { ProcessorTime: Math.round(now), CpuUsage: Math.round(Math.max(0, share) * 10_000) / 10_000 };
  }
}

/** What is read, or nothing if this host refuses it. */
function ifAvailable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Milliseconds of CPU since the start, on all cores. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Linux tells them; other systems do not, to a process without a native module. */
function threads(): number | undefined {
  const count = /^Threads:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Open files. Since Linux 6.2 the size of the folder is their number; before, they are counted. */
function openFiles(): number {
  const folder = '/proc/self/fd';
  return statSync(folder).size || readdirSync(folder).length;
}

function isConnection(resource: string): boolean {
  return resource === 'TCPSocketWrap';
}
