import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line that the code logs: its fixed texts, in order, between what differs. */
export interface LogLine {
  readonly file: string;
  readonly texts: readonly string[];
}

/** The lines that are logged by a call such as `log.warn('…')` below a folder. */
export function logLinesIn(folder: string): LogLine[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const source = readFileSync(join(folder, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
      const calls = source.matchAll(/\blog(?:\.(?:error|warn|info|debug|loss)|\[[^\]]+\])\(/g);
      return [...calls]
        .map(({ index, 0: call }) => textsIn(source.slice(index + call.length)))
        .filter((texts) => texts.length > 0)
        .map((texts) => ({ file, texts }));
    });
}

/** The fixed texts of a call's argument, of which the source begins with the first character. */
function textsIn(source: string): string[] {
  const texts: string[] = [];
  let depth = 1;
  for (let at = 0; at < source.length && depth > 0; at++) {
    const char = source[at] ?? '';
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === "'" || char === '`') {
      const end = endOfText(source, at);
      texts.push(...source.slice(at + 1, end).split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/));
      at = end;
    }
  }
  return texts.map((text) => text.replaceAll('\\', '').trim()).filter((text) => /\w/.test(text));
}

/** Where the text that begins here ends; what a template fills in may hold texts of its own. */
function endOfText(source: string, start: number): number {
  const quote = source[start];
  let depth = 0;
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (quote === '`' && source.startsWith('${', at)) depth++;
    else if (depth > 0 && source[at] === '}') depth--;
    else if (depth === 0 && source[at] === quote) return at;
  }
  return source.length;
}
