import { sqlLiterals } from '../sql/sql.ts';
import type { View } from './views.ts';

/** Where a statement begins in a text: a verb, and what makes it one. */
const STATEMENT = new RegExp(
  [
    String.raw`\bselect\s+(?!(?:an?|at|the|your|one|another|up)\s+(?!from\b|as\b)\w)[^;\r\n]{0,500}?\b(?:from|form|where|limit)\s`,
    String.raw`\bselect\s+(?:\*|['"$:@?(\d]|distinct\b|top\b|count\s*\()`,
    String.raw`\bselect\s+(?:[\w.]{1,60}\s*,\s*){0,20}(?:[\w.]+\s*\((?:\s*\d|[^)]{0,200}['"])|(?<=,\s*)N?')`,
    String.raw`\binsert\s+(?:(?:ignore|low_priority|delayed|overwrite|or\s+\w+)\s+)?(?:into|table)\s+(?:(?:["\x60\[][^"\x60\]\r\n]{1,80}["\x60\]]|[\w$#@.]+)\.?){1,4}\s*(?:\(|(?:values?|select|set|default|with|format|partition|as)\b)`,
    String.raw`\b(?:(?:replace|merge)\s+into|alter\s+table)\s+\S`,
    String.raw`\bupdate\s+(?:only\s+|ignore\s+)?\S+(?:\s+(?:as\s+)?[\w"\x60]+)?\s+set\s`,
    String.raw`\bdelete\s+from\s+\S+(?:\s+(?:as\s+)?\w+)?\s*(?:where|using|returning|limit|order|;|$)`,
    String.raw`(?<!\b(?:kubectl|oc|docker|podman|helm|gh|az|gcloud|aws|vault)\s(?:\w+\s)?)\b(?:create|alter|modify|change)\s+(?:or\s+replace\s+)?(?:if\s+not\s+exists\s+)?(?:public\s+|shared\s+|database\s+)*(?:user|role|login|link|master|replication|server|credential|secret|stage|group)\s`,
    String.raw`\b(?:identified\s+(?:with\s+\S+\s+)?by\s|set\s+(?:session\s+|encryption\s+)?password\b|connect\s+to\s+\S+\s+user\s)`,
    String.raw`\bcopy\s+\S+(?:\s*\([^)]{0,500}\))?\s+from\s`,
    String.raw`\b(?:call|exec|execute|begin)\s+[\w.\[\]]+\s*(?:\(|@|N?')`,
    String.raw`\b(?:show\s+[\w ]{1,40}\slike\s|notify\s+\w+\s*,\s*|declare\s+@\w+\s[^;'\r\n]{0,80}=\s*|comment\s+on\s+\w+\s+\S+\s+is\s+)N?'`,
    String.raw`\bvalues\s*\((?=[^)]{0,200}['"])`,
    String.raw`\bwhere\s+[\w.\x60"\[\]]{1,80}\s*(?:[=<>]|!=|\s(?:like|in|between)\s)\s*\(?\s*(?:N?'|\d)`,
    String.raw`\bmatch\s*\(\w*:?\w*\s*(?:\{|\))`,
  ].join('|'),
  'gi',
);
/** What no statement holds: the text goes on with keys and values, as `; token=x`, `[api_key: x]` or on a line of their own. */
const PAIR = /(?:[;[{\n]|:\s)\s{0,9}["']?[\w.-]{1,60}["']?(?::\s|=(?![=\s]))/;
/** Where a stack begins, no statement goes on. */
const STACK = /\n\s*at\s/;

/** Finds every statement in a text that was not read before: its literals, and how far no key is looked for. */
export function findStatements(view: View): void {
  const { text } = view;
  let end = 0;
  for (const { index: start } of view.matches(STATEMENT)) {
    if (start < end || view.isRead(start)) continue;
    end = endOf(text, start);
    const statement = text.slice(start, end);
    for (const literal of sqlLiterals(statement))
      view.hide(start + literal.start, start + literal.end, literal.by);
    const pairAt = statement.search(PAIR);
    view.markRead(start, pairAt < 0 ? end : start + pairAt);
  }
}

/** The end of the quotes that a statement stands in, as in JSON; else where a stack begins, or the end of the text. */
function endOf(text: string, start: number): number {
  const quote = /\\*["'`]$/.exec(text.slice(Math.max(0, start - 10), start))?.[0].replaceAll('\\', '\\\\');
  const stop = quote === undefined ? STACK : new RegExp(`(?<!\\\\)${quote}\\s*(?:[,;:)\\]}]|\\.?\\s|$)`);
  const length = text.slice(start).search(stop);
  return length < 0 ? text.length : start + length;
}
