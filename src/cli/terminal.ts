import { styleText } from 'node:util';
import { withoutSecrets } from '../runtime/own-secrets.ts';
import type { Finding } from './finding.ts';

const COLUMNS = 80;
const MARKS = { good: '✓', note: '·', warning: '!', bad: '✗' } as const;
const COLOURS = { good: 'green', note: 'dim', warning: 'yellow', bad: 'red' } as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g;

/** The part of a stream that decides whether to use colour. */
export interface Stream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** Colour is used on terminals that support it, unless `NO_COLOR` is set (https://no-color.org). */
export function wantsColour(
  stream: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  return stream.isTTY === true && stream.hasColors?.() !== false;
}

/** A finding as lines of at most 80 columns: mark, text, and the fix below. */
export function shownFinding({ verdict, text, fix }: Finding, colour: boolean): string {
  const plain = MARKS[verdict];
  const mark = colour ? styleText(COLOURS[verdict], plain, { validateStream: false }) : plain;
  const lines = [`  ${mark} ${wrapped(printable(text), 4)}`];
  if (fix !== undefined) lines.push(`    ${wrapped(printable(fix), 4)}`);
  return `${lines.join('\n')}\n`;
}

/** Findings quote servers and apps, whose text must not control the terminal. */
function printable(text: string): string {
  return withoutSecrets(text.replace(UNPRINTABLE, ' '));
}

/** Breaks a text into lines of at most 80 columns, and indents all but the first. A word is never broken. */
function wrapped(text: string, indent: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, COLUMNS - indent))
    .join('\n')
    .replaceAll('\n', `\n${' '.repeat(indent)}`);
}

function wrappedLine(line: string, width: number): string {
  // An indented line is a command to copy.
  if (line.startsWith(' ')) return line;
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(BREAKS)) {
    if (current !== '' && columnsOf((current + word).trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = '';
    }
    current += word;
  }
  return [...lines, current].join('\n');
}

/** Where a line may end: behind a blank, and on either side of a Chinese character that no closing mark follows. */
const BREAKS = /(?<= )|(?<=[\p{sc=Han}，。：；？！、）])(?![，。：；？！、）])|(?<=[^（“])(?=\p{sc=Han})/u;
/** Characters that take two columns of a terminal. */
const WIDE = /[\u2e80-\u9fff\uff00-\uff60]/g;

function columnsOf(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}
