import { hostname } from 'node:os';
import { basename } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { monotonicTime } from '../runtime/clock.ts';
import type { ProcessInfo } from '../wire/ping.ts';
import { localAddress } from './identity.ts';

/**
 * The figures of this process, all Node's own, for pings only: a report that carried them too would double the
 * console's curves.
 */
export class ProcessFigures {
  #collections = 0;
  #cpu = process.cpuUsage();
  #atMs = monotonicTime();
  readonly #collector = new PerformanceObserver((list) => {
    this.#collections += list.getEntries().length;
  });

  constructor() {
    this.#collector.observe({ entryTypes: ['gc'] });
  }

  /** What changed since the last reading, and what is. Takes well below a millisecond. */
  read(): ProcessInfo {
    const nowMs = monotonicTime();
    const cpu = process.cpuUsage();
    const spentMs = (cpu.user + cpu.system - this.#cpu.user - this.#cpu.system) / 1_000;
    const passedMs = Math.max(1, nowMs - this.#atMs);
    this.#cpu = cpu;
    this.#atMs = nowMs;
    const { rss, heapUsed } = process.memoryUsage();
    const resources = process.getActiveResourcesInfo();
    return {
      MachineName: hostname(),
      IP: localAddress(),
      // The script's name alone: arguments and paths may hold what is nobody's business.
      CommandLine: basename(process.argv[1] ?? process.execPath),
      StartTime: Math.round(performance.timeOrigin),
      ProcessorTime: Math.round((cpu.user + cpu.system) / 1_000),
      CpuUsage: Math.round(Math.min(1, Math.max(0, spentMs / passedMs)) * 10_000) / 10_000,
      WorkingSet: rss,
      HeapSize: heapUsed,
      Handles: resources.length,
      Connections: resources.filter((each) => each === 'TCPSocketWrap').length,
      GCCount: this.#collections,
    };
  }

  stop(): void {
    this.#collector.disconnect();
  }
}
