import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Since {@link Child.letGo} where that was called, else since the start. */
  readonly tookMs: number;
}

/** A child process that runs. */
export interface Child {
  readonly ended: Promise<Ended>;
  /** Resolves once it has printed the text; rejects when it ends without. */
  said(text: string): Promise<void>;
  /** What it has printed so far. */
  readonly stdout: string;
  /** Closes its standard input, which a child that is held waits for. */
  letGo(): void;
  /** Sends it a signal; resolves a little later than the time in which two pass for one. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** Sends it a signal: unless another is named, the one that nothing can be done about. */
  kill(signal?: NodeJS.Signals): void;
}

export interface ChildOptions {
  readonly cwd: string;
  /** All there is besides `PATH`, so that a variable of the machine decides nothing. */
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  /** After which it is killed, so that a child that hangs does not outlive the tests. */
  readonly lifetimeMs?: number;
}

/** Starts Node with these arguments. */
export function startNode(
  args: readonly string[],
  { cwd, env = {}, node = process.execPath, lifetimeMs = 60_000 }: ChildOptions,
): Child {
  const child = spawn(node, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    timeout: lifetimeMs,
    killSignal: 'SIGKILL',
  });
  let since = performance.now();
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let exitMs = 0;
  child.once('exit', () => {
    exitMs = performance.now();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr, tookMs: Math.round(exitMs - since) });
    });
  });
  return {
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stdout.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        look();
        void ended.then((how) => reject(new Error(`ended without "${text}": ${JSON.stringify(how)}`)));
      }),
    get stdout() {
      return stdout;
    },
    letGo: () => {
      since = performance.now();
      child.stdin.end();
    },
    signal: async (signal) => {
      since = performance.now();
      child.kill(signal);
      await Promise.race([ended, delay(300)]);
    },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  };
}

/** Runs Node to its end. */
export function runNode(args: readonly string[], options: ChildOptions): Promise<Ended> {
  return startNode(args, options).ended;
}
