import type { Finding } from './finding.ts';

const COLUMNS = 80;
const MARKS = { good: '✓', note: '·', warning: '!', bad: '✗' } as const;
const COLOURS = { good: 32, note: 2, warning: 33, bad: 31 } as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]+/g;

/** What of a stream decides on colour. */
export interface Stream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** Colour is for a terminal that has it, and for nobody who says `NO_COLOR` (https://no-color.org). */
export function wantsColour(
  stream: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  return stream.isTTY === true && stream.hasColors?.() !== false;
}

/** A finding as lines of at most 80 columns: mark, text, and the mend below. */
export function shownFinding({ verdict, text, mend }: Finding, colour: boolean): string {
  const mark = colour ? `\u001b[${COLOURS[verdict]}m${MARKS[verdict]}\u001b[0m` : MARKS[verdict];
  const lines = [`  ${mark} ${wrapped(printable(text), 4)}`];
  if (mend !== undefined) lines.push(`    ${wrapped(printable(mend), 4)}`);
  return `${lines.join('\n')}\n`;
}

/** What servers and apps say is quoted, and must not steer the terminal. */
function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}

/** A text in lines of at most 80 columns, those after the first indented; what has no blank is not broken. */
function wrapped(text: string, indent: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, COLUMNS - indent))
    .join('\n')
    .replaceAll('\n', `\n${' '.repeat(indent)}`);
}

function wrappedLine(line: string, width: number): string {
  // What is indented is there to be copied.
  if (line.startsWith(' ')) return line;
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current === '' || longer.length <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current].join('\n');
}

/** A number of things: `1 span`, `1,800 spans`. */
export function counted(count: number, thing: string): string {
  return `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
}
