import type { Environment } from '../config/environment.ts';
import { inChinese } from './phrases-zh.ts';
import { en, type Words } from './words-en.ts';
import { zh } from './words-zh.ts';

type Language = 'en' | 'zh-CN';
export type Word = keyof Words;

const WORDS: Readonly<Record<Language, Words>> = { en, 'zh-CN': zh };

let words: Words = en;

/** Sets the language of all that the command says from now on. Log lines stay English. */
export function speak(language: Language): void {
  words = WORDS[language];
}

/** A text in the language of the command, with values in the places of their names. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  return words[word].replace(/\{(\w+)(?:: (\w+)\|(\w+))?\}/g, (_, name, one, more) => {
    const value = String(values[name] ?? '');
    if (more === undefined) return value;
    return value === '1' ? one : more;
  });
}

/** A text that another room has made, such as the reason of a failure, in the language of the command. */
export function told(text: string): string {
  return words === zh ? inChinese(text) : text;
}

/** A number of things: `1 span`, `1,800 spans`. */
export function counted(
  count: number,
  things: 'spans' | 'samples' | 'errors' | 'characters' | 'problems',
): string {
  return say(things, { n: count.toLocaleString('en-US') });
}

/** What a command is started with. */
interface Given {
  /** That of `--lang`, else of the locale; `undefined` for one that there is not. */
  readonly language: Language | undefined;
  /** Without `--lang`. */
  readonly own: readonly string[];
  /** The program to start: after a `--`, which may be left out after `run` if no option of ours follows. */
  readonly command: readonly string[] | undefined;
}

export function readArguments(args: readonly string[], environment: Environment): Given {
  const { own, command } = splitCommand(args);
  const at = own.findIndex((arg) => /^--lang(?:=|$)/.test(arg));
  if (at < 0) return { language: languageOf(environment), own, command };
  const isOneWord = own[at] !== '--lang';
  const given = isOneWord ? own[at]?.slice('--lang='.length) : own[at + 1];
  const language = given === 'en' || given === 'zh-CN' ? given : undefined;
  return { language, own: own.toSpliced(at, isOneWord ? 1 : 2), command };
}

function splitCommand(args: readonly string[]): Omit<Given, 'language'> {
  const dashes = args.indexOf('--');
  const own = dashes < 0 ? args : args.slice(0, dashes);
  const run = own.indexOf('run');
  const isBare = run >= 0 && own[run + 1]?.startsWith('-') === false;
  if (isBare) return { own: args.slice(0, run + 1), command: args.slice(run + 1) };
  return { own, command: dashes < 0 ? undefined : args.slice(dashes + 1) };
}

/** Simplified Chinese for its locales; those of traditional characters read English more easily than a wrong script. */
function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Environment): Language {
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  return /^zh(?!.*(?:hant|_tw|_hk|_mo|-tw|-hk|-mo))/i.test(locale) ? 'zh-CN' : 'en';
}
