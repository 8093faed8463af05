import { type ParseArgsConfig, parseArgs } from 'node:util';
import { say, type Word } from './language.ts';

/** Exit statuses. */
export const GOOD = 0;
export const BAD = 1;
export const WRONG_USE = 2;

export interface Command {
  readonly help: Word;
  /**
   * @param own - the arguments after the command's name and before the `--`
   * @param command - those of the program to start; `undefined` if there is no `--`
   * @returns the exit status
   * @throws WrongUse
   */
  main(own: readonly string[], command: readonly string[] | undefined): Promise<number>;
}

/** The arguments are wrong. The message is printed with the help. */
export class WrongUse extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** @throws WrongUse */
export function readOptions<T extends Options>(args: readonly string[], options: T): Values<T> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new WrongUse(faultOf(error));
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

/**
 * Reads an option as a whole number.
 * @throws WrongUse if it is none, or out of the range
 */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new WrongUse(say('range', { name, min, max }));
}
