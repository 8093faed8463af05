import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { BAD } from './command.ts';
import { say } from './language.ts';

/** How a program ended, or why it could not be started. */
export type End =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not started'; readonly reason: string };

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<End>;
}

/** Starts a program as a shell would find it. */
export function start([file = '', ...args]: readonly string[], options: SpawnOptions): Running {
  const child =
    process.platform === 'win32' && file !== 'node'
      ? // npm and similar programs are batch files on Windows, which only a shell starts.
        spawn([file, ...args].map(quotedForWindows).join(' '), { ...options, shell: true })
      : spawn(file, args, options);
  const ended = new Promise<End>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not started', reason: reasonOf(error, file) }));
    child.once('exit', (code, signal) => {
      resolve(signal === null ? { kind: 'exited', code: code ?? BAD } : { kind: 'killed', signal });
    });
  });
  return { process: child, ended };
}

/** The signals that supervisors, containers and terminals send. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGBREAK'] as const;
/** A terminal sends these to every process in it. Passed on, they would arrive twice, which many apps read as "now". */
const OF_THE_TERMINAL: readonly string[] = ['SIGINT', 'SIGQUIT', 'SIGBREAK'];

/** Passes this process's signals on to a program. Call the returned function to stop. */
export function passSignals(child: ChildProcess): () => void {
  const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const listeners = SIGNALS.filter((signal) => signal in constants.signals).map((signal) => {
    const pass = () => {
      if (!(inTerminal && OF_THE_TERMINAL.includes(signal))) child.kill(signal);
    };
    process.on(signal, pass);
    return [signal, pass] as const;
  });
  return () => {
    for (const [signal, pass] of listeners) process.off(signal, pass);
  };
}

/** How long a signal may take to end this process. After that the exit status is that of shells. */
const SIGNAL_MS = 1_000;

/** Ends this process as the program ended: by its exit status, or by the signal that ended it. */
export async function endAs(end: End): Promise<number> {
  if (end.kind === 'exited') return end.code;
  if (end.kind === 'not started') return BAD;
  process.kill(process.pid, end.signal);
  await new Promise((resolve) => setTimeout(resolve, SIGNAL_MS));
  return 128 + constants.signals[end.signal];
}

function reasonOf(error: Error, file: string): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return say('notFound', { file });
  if (code === 'EACCES') return say('notExecutable', { file });
  return say('notStartedFile', { file, reason: error.message });
}

function quotedForWindows(text: string): string {
  return /[\s"&|<>^()%!]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
