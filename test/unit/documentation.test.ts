import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CONSOLE_DEFAULTS } from '../../src/config/resolve.ts';
import { REDACT_SQL, SETTINGS, type Setting } from '../../src/config/settings.ts';
import { LIMIT_RANGES } from '../../src/dev/limits.ts';

const REPO = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(REPO, path), 'utf8');
const settings: [string, Setting<unknown>][] = Object.entries(SETTINGS);
const options = Object.keys(SETTINGS);
const rows = tableOf(read('docs/configuration.md'));
const comments = commentsOf(read('src/config/options.ts'));

/** The variables of an option: one, or none, but for `redact`. */
function variablesOf(option: string, { variable }: Setting<unknown>): string[] {
  const variables = variable === undefined ? [] : [variable];
  return option === 'redact' ? [...variables, REDACT_SQL.variable] : variables;
}

test('the table has one row for each option, in the order of the code, and no other', () => {
  expect(rows.map((row) => row.option)).toEqual(options);
});

test('each option has a TSDoc comment, and there is none without an option', () => {
  expect(comments.map((comment) => comment.option).sort()).toEqual([...options].sort());
});

describe.each(settings)('%s', (option, setting) => {
  const row = rows.find((each) => each.option === option);
  const comment = comments.find((each) => each.option === option);
  const variables = variablesOf(option, setting).join(', ') || 'in code only';

  test('has the same variable in code, table and comment', () => {
    expect(row?.variables).toBe(variables);
    expect(comment?.variables).toBe(variables);
  });

  test('has the same default in code, table and comment', () => {
    expect(row?.fallback).toMatch(/./);
    expect(row?.fallback).toBe(comment?.fallback);
    const fallback = defaultOf(option, setting.fallback);
    if (fallback !== undefined) expect(row?.fallback).toBe(fallback);
  });

  test('has the range of the code in the table', () => {
    const range = /from ([\d,]+) to ([\d,]+)/.exec(setting.form.accepts);
    if (range !== null) expect(row?.accepted).toContain(`${range[1]} to ${range[2]}`);
  });

  test('is explained', () => {
    expect(row?.meaning).toMatch(/^.{10,}\.$/);
    expect(comment?.text.length).toBeGreaterThan(10);
  });
});

test('docs/dev-server.md has the range of each limit that the stand-in server takes', () => {
  const page = read('docs/dev-server.md');
  const grouped = (value: number) => value.toLocaleString('en-US');
  const named = (limit: string) =>
    page.split('\n').find((row) => row.startsWith('| `') && row.includes(`\`${limit}\``));
  for (const [limit, [from, to]] of Object.entries(LIMIT_RANGES)) {
    expect(named(limit), limit).toContain(`| ${grouped(from)} to ${grouped(to)} |`);
  }
});

const filesOf = (folder: string, end: RegExp) =>
  readdirSync(join(REPO, folder))
    .filter((file) => end.test(file))
    .map((file) => join(folder, file));
const pages = [...filesOf('.', /\.md$/), ...filesOf('docs', /\.\w+$/), ...filesOf('docs/zh-CN', /\.md$/)];

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links only to files and headings that exist', () => {
    const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map((match) => match[1] ?? '');
    expect(targets.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
  });

  test('shows pictures, which are not packed, by the address of the project in package.json', () => {
    const { homepage } = JSON.parse(read('package.json')) as { homepage: string };
    const start = homepage.replace('#readme', '/raw/main/');
    for (const [, target = ''] of text.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)) {
      expect(target.startsWith(start), target).toBe(true);
      expect(existsSync(join(REPO, target.slice(start.length))), target).toBe(true);
    }
    const project = start.replace('/raw/main/', '');
    const others = text.match(/https:\/\/github\.com\/[^/]*\/opentelemetry-stardust\b/g) ?? [];
    expect(others.filter((address) => address !== project)).toEqual([]);
  });

  test('names only variables that exist', () => {
    const known = [
      ...settings.flatMap(([option, setting]) => variablesOf(option, setting)),
      // Of `register` alone.
      'STARDUST_ROUTE_HOOKS',
    ];
    const named = text.match(/\bSTARDUST_[A-Z_]+\b/g) ?? [];
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

test.each(['README.md', 'README.zh-CN.md'])('%s has less than 200 lines', (page) => {
  expect(read(page).split('\n').length).toBeLessThan(200);
});

test('each fault in the table of guarantees is shown by a test that exists', () => {
  const [, table = ''] = read('docs/outages-and-guarantees.md').split(
    /^\| what goes wrong .*\n\|[-| ]+\|\n/m,
  );
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    const [, file = '', name = ''] = / \| `(test\/\S+)`: (.+) \|$/.exec(row) ?? [];
    expect(existsSync(join(REPO, file)), row).toBe(true);
    expect(read(file), row).toContain(name);
  }
});

test('comments in the code refer only to pages and headings that exist', () => {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(REPO, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .map((file) => join(folder, file)),
  );
  const references = files.flatMap((file) => {
    const text = read(file).replace(/\n\s*(?:\*|\/\/) ?/g, ' ');
    return [...text.matchAll(/\b(docs\/[\w-]+\.md)(?:, "([^"]+)")?/g)];
  });
  expect(references.length).toBeGreaterThan(5);
  const missing = references.filter(
    ([, page = '', heading]) =>
      !pages.includes(page) || (heading !== undefined && !headingsOf(page).includes(heading)),
  );
  expect(missing.map(([reference]) => reference)).toEqual([]);
});

interface Row {
  readonly option: string;
  readonly variables: string;
  readonly fallback: string;
  readonly accepted: string;
  readonly meaning: string;
}

/** The rows of the table whose first column is `option`. */
function tableOf(markdown: string): Row[] {
  const [, table = ''] = markdown.split(/^\| option \|.*\n\|[-| ]+\|\n/m);
  const lines = table.split('\n');
  return lines.slice(0, lines.indexOf('')).map((line) => {
    const [option = '', variables = '', fallback = '', accepted = '', meaning = ''] = line
      .replace(/^\| | \|$/g, '')
      .split(' | ');
    return {
      option: option.replaceAll('`', ''),
      variables: variables.replaceAll('`', ''),
      fallback,
      accepted,
      meaning,
    };
  });
}

/** The comments before the members of the options' interface. */
function commentsOf(source: string) {
  const members = source.slice(source.indexOf('export interface StardustOptions '));
  return [...members.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\?:/g)].map(
    ([, comment = '', option = '']) => {
      const text = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
      const variables = text.match(/`STARDUST_\w+`/g) ?? text.match(/\bin code only\b/i) ?? [];
      return {
        option,
        text,
        variables: variables.join(', ').replaceAll('`', '').replace('In', 'in'),
        fallback: /@defaultValue (.*)$/.exec(text)?.[1]?.replace(/ \(docs\/[^)]*\)/, ''),
      };
    },
  );
}

/** A default of the code as it is written for people; `undefined` where the code decides it elsewhere. */
/** Two options have a default of `stardust()` and `register`, and one of the bare classes. */
function defaultOf(option: string, fallback: unknown): string | undefined {
  const bare = shown(option, fallback);
  const console = (CONSOLE_DEFAULTS as Record<string, unknown>)[option];
  if (console === undefined) return bare;
  return `${shown(option, console)} in \`stardust()\` and \`register\`; ${bare} in a bare processor or exporter`;
}

function shown(option: string, value: unknown): string | undefined {
  if (value === '') return 'none';
  if (typeof value === 'object' && value !== null)
    return Object.keys(value).length === 0 ? 'none' : undefined;
  if (typeof value === 'string') return `\`${value}\``;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return undefined;
  return option.endsWith('Bytes') ? `${value / 2 ** 20} MiB` : value.toLocaleString('en-US');
}

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(REPO, file))) return false;
  return anchor === undefined || headingsOf(file).map(anchorOf).includes(anchor);
}

function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
}

/** The name under which a heading is linked to. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
