import { WORDS } from './words.ts';

export type Word = keyof typeof WORDS;

/** Simplified Chinese for its readers; those of traditional characters read English more easily than a wrong script. */
const isChinese = /^zh(?!-(?:hant|tw|hk|mo)\b)/i.test(navigator.language);

export const LANGUAGE = isChinese ? 'zh-CN' : 'en';

/** A sentence of the page in the browser's language, with values in the places of their names. */
export function say(word: Word, values: Readonly<Record<string, unknown>> = {}): string {
  return WORDS[word][isChinese ? 1 : 0].replace(/\{(\w+)(?:: (\w+)\|(\w+))?\}/g, (_, name, one, more) => {
    const value = String(values[name] ?? '');
    if (more === undefined) return value;
    return value === '1' ? one : more;
  });
}

const whole = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat(LANGUAGE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hour12: false,
});

export function count(value: number): string {
  return (Math.abs(value) < 1e7 ? whole : compact).format(value);
}

/** A rate, or an average: small ones with a tenth. */
export function rough(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return rounded < 100 && !Number.isInteger(rounded) ? tenths.format(rounded) : count(rounded);
}

export function millis(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${rough(ms)} ${say('millis')}`;
  return Math.abs(ms) < 120_000 ? `${tenths.format(ms / 1_000)} ${say('seconds')}` : age(ms);
}

export function bytes(size: number): string {
  if (size < 1024) return `${whole.format(size)} B`;
  return size < 1024 ** 2 ? `${tenths.format(size / 1024)} KiB` : `${tenths.format(size / 1024 ** 2)} MiB`;
}

export function clock(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? time.format(ms) : '';
}

/** How long something took or is ago, by its largest unit. */
export function age(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1_000), 0);
  if (seconds < 120) return `${whole.format(seconds)} ${say('seconds')}`;
  return seconds < 7_200
    ? `${whole.format(seconds / 60)} ${say('minutes')}`
    : `${whole.format(seconds / 3_600)} ${say('hours')}`;
}

/** Facts in a line; those that are empty or none are left out. */
export function line(...facts: readonly (string | false)[]): string {
  return facts.filter(Boolean).join(' · ');
}
