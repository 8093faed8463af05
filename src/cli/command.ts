import { type ParseArgsConfig, parseArgs } from 'node:util';
import { say } from './language.ts';

/** Exit statuses. */
export const GOOD = 0;
export const BAD = 1;
export const WRONG_USE = 2;

export interface Command {
  /** `args` are those after the command's name. Resolves to the exit status. */
  main(args: readonly string[]): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** A command's options, or the exit status if nothing is left to do. */
export type Given<T extends Options> =
  | { readonly kind: 'values'; readonly values: Values<T> }
  | { readonly kind: 'done'; readonly status: number };

/** Reads options. Prints the help for `--help`, and what is wrong for wrong options. */
export function readOptions<T extends Options>(args: readonly string[], options: T, help: string): Given<T> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return { kind: 'done', status: GOOD };
  }
  try {
    return { kind: 'values', values: parseArgs({ args: [...args], options }).values };
  } catch (error) {
    return { kind: 'done', status: wrongUse(faultOf(error), help) };
  }
}

/** What `parseArgs` found wrong. The argument stands first in its message, in quotes. */
function faultOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, name] = /'([^']*)'/.exec(message) ?? [];
  if (name === undefined) return message;
  if (/^Unknown/.test(message)) return say('unknownOption', { name });
  if (/^Unexpected/.test(message)) return say('unexpectedArgument', { name });
  return say(/does not take/.test(message) ? 'optionTakesNone' : 'optionNeedsValue', { name });
}

/** Prints what is wrong with the arguments, and the help. Returns the exit status. */
export function wrongUse(message: string, help: string): number {
  process.stderr.write(`${message}\n\n${help}`);
  return WRONG_USE;
}

/** Reads an option as a whole number in a range; `undefined` if it is not one. */
export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** Splits the arguments at the first `--`: our own before it, the command after it. */
export function splitCommand(args: readonly string[]): {
  readonly own: readonly string[];
  readonly command: readonly string[] | undefined;
} {
  const at = args.indexOf('--');
  return at < 0 ? { own: args, command: undefined } : { own: args.slice(0, at), command: args.slice(at + 1) };
}
