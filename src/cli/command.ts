import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Exit statuses. */
export const GOOD = 0;
export const BAD = 1;
export const WRONG_USE = 2;

export interface Command {
  /** Takes what stands behind the command's name; resolves to the exit status. */
  main(args: readonly string[]): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** A command's options as they were given, or the exit status where nothing is left to do. */
export type Given<T extends Options> =
  | { readonly kind: 'values'; readonly values: Values<T> }
  | { readonly kind: 'done'; readonly status: number };

/** Reads options, answers `--help`, and says what is wrong with them. */
export function readOptions<T extends Options>(args: readonly string[], options: T, help: string): Given<T> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return { kind: 'done', status: GOOD };
  }
  try {
    return { kind: 'values', values: parseArgs({ args: [...args], options }).values };
  } catch (error) {
    return { kind: 'done', status: wrongUse(error instanceof Error ? error.message : String(error), help) };
  }
}

/** Says what is wrong with the arguments, and what would be right. */
export function wrongUse(message: string, help: string): number {
  process.stderr.write(`${message}\n\n${help}`);
  return WRONG_USE;
}

/** A whole number in a range, as an option's text. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** What stands before the first `--`, and the command behind it. */
export function splitCommand(args: readonly string[]): {
  readonly own: readonly string[];
  readonly command: readonly string[] | undefined;
} {
  const at = args.indexOf('--');
  return at < 0 ? { own: args, command: undefined } : { own: args.slice(0, at), command: args.slice(at + 1) };
}
