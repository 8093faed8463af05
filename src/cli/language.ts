import type { Environment } from '../config/environment.ts';
import { inChinese } from './phrases-zh.ts';
import { en, type Words } from './words-en.ts';
import { zh } from './words-zh.ts';

type Language = 'en' | 'zh-CN';

const WORDS: Readonly<Record<Language, Words>> = { en, 'zh-CN': zh };

let words: Words = en;

/** Sets the language of all that the command says from now on. Log lines stay English. */
export function speak(language: Language): void {
  words = WORDS[language];
}

/** A text in the language of the command, with values in the places of their names. */
export function say(key: keyof Words, values: Readonly<Record<string, string | number>> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** A text that another room has made, such as the reason of a failure, in the language of the command. */
export function told(text: string): string {
  return words === zh ? inChinese(text) : text;
}

/** A number of things: `1 span`, `1,800 spans`. */
export function counted(count: number, thing: 'span' | 'sample' | 'error' | 'character' | 'problem'): string {
  return say(count === 1 ? thing : `${thing}s`, { n: count.toLocaleString('en-US') });
}

/**
 * The language, of `--lang` or else of the locale, and the arguments without it. `--lang` counts before a `--` and
 * before the command that `run` starts. `undefined` for a language that there is not.
 */
export function splitLanguage(
  args: readonly string[],
  environment: Environment,
): { readonly language: Language; readonly args: readonly string[] } | undefined {
  const end = endOfOwn(args);
  const at = args.findIndex((arg, index) => index < end && /^--lang(?:=|$)/.test(arg));
  if (at < 0) return { language: languageOf(environment), args };
  const isOneWord = args[at] !== '--lang';
  const given = isOneWord ? args[at]?.slice('--lang='.length) : args[at + 1];
  if (given !== 'en' && given !== 'zh-CN') return undefined;
  return { language: given, args: args.toSpliced(at, isOneWord ? 1 : 2) };
}

/** Where the arguments of another program begin. */
function endOfOwn(args: readonly string[]): number {
  const dashes = args.indexOf('--');
  const end = dashes < 0 ? args.length : dashes;
  const run = args.indexOf('run');
  const isBare = run >= 0 && run < end && args[run + 1]?.startsWith('-') === false;
  return isBare ? run + 1 : end;
}

/** Simplified Chinese for its locales; those of traditional characters read English more easily than a wrong script. */
function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Environment): Language {
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  return /^zh(?!.*(?:hant|_tw|_hk|_mo|-tw|-hk|-mo))/i.test(locale) ? 'zh-CN' : 'en';
}
