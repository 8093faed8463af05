import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zh as command } from '../../src/cli/words-zh.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { WORDS } from '../../src/dev/page/words.ts';

const REPO = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(REPO, path), 'utf8');

const GLOSSARY = 'docs/zh-CN/glossary.md';
/** English pages whose Chinese counterpart has another name. */
const ENGLISH = new Map([['outages.md', 'outages-and-guarantees.md']]);

const pages = readdirSync(join(REPO, 'docs/zh-CN'))
  .map((file) => `docs/zh-CN/${file}`)
  .filter((page) => page !== GLOSSARY);
const pairs = pages.map((page) => {
  const file = page.replace('docs/zh-CN/', '');
  return { chinese: page, english: `docs/${ENGLISH.get(file) ?? file}` };
});
if (existsSync(join(REPO, 'README.zh-CN.md')))
  pairs.push({ chinese: 'README.zh-CN.md', english: 'README.md' });

describe.each(pairs)('$chinese', ({ chinese, english }) => {
  const [ours, theirs] = [read(chinese), read(english)];

  it('names the variables of the English page', () => {
    expect(variablesIn(ours)).toEqual(variablesIn(theirs));
  });

  it('names the options of the English page', () => {
    expect(optionsIn(ours)).toEqual(optionsIn(theirs));
  });

  it('names the commands and flags of the English page', () => {
    expect(commandsIn(ours)).toEqual(commandsIn(theirs));
  });
});

it.each(['from-the-sdk.md', 'deployment.md'])(
  'docs/%s and its Chinese page have the same code, but for texts',
  (file) => {
    expect(codeIn(read(`docs/zh-CN/${file}`))).toEqual(codeIn(read(`docs/${file}`)));
  },
);

interface Term {
  readonly term: string;
  readonly english: string;
  readonly wrong: readonly string[];
}

const [, table = ''] = read(GLOSSARY).split(/^\|[-| ]+\|\n/m);
const terms: Term[] = [...table.matchAll(/^\| (\p{sc=Han}+) \| ([^|]+) \| [^|]* \|(.*)\|$/gmu)].map(
  ([, term = '', english = '', wrong = '']) => ({
    term,
    english,
    wrong: wrong.split('、').flatMap((each) => (each.trim() === '' ? [] : [each.trim()])),
  }),
);
const texts = [
  ...pairs.map(({ chinese }) => read(chinese)),
  ...Object.values(WORDS).map(([, chinese]) => chinese),
  ...Object.values(command),
];
const prose = texts.join('\n');

describe(GLOSSARY, () => {
  it('has each term once', () => {
    expect(terms.length).toBeGreaterThan(20);
    expect(new Set(terms.map(({ term }) => term)).size).toBe(terms.length);
  });

  it('has no term that neither the pages nor the page of the stand-in use', () => {
    expect(terms.filter(({ term }) => !prose.includes(term))).toEqual([]);
  });

  it('keeps pages and the page of the stand-in to its terms', () => {
    const used = terms.flatMap(({ wrong }) => wrong).filter((word) => prose.includes(word));
    expect(used).toEqual([]);
  });

  it('has the words of the page of the stand-in for what the server sets and counts', () => {
    const keys = ['maxSamples', 'maxErrors', 'timeout', 'maxTagLength', 'requestTagLength', 'enableMeter'];
    for (const key of [...keys, 'period', 'excludes', 'total', 'errors', 'average', 'max'] as const) {
      const term = terms.find(({ english }) => english === key)?.term;
      expect(term, key).toBe(WORDS[key as keyof typeof WORDS][1]);
    }
  });
});

function variablesIn(text: string): string[] {
  return sorted(text.match(/\b(?:STARDUST|OTEL|NODE)_[A-Z_]*[A-Z]\b|\b(?:HTTPS?|NO)_PROXY\b/g));
}

function optionsIn(text: string): string[] {
  return sorted(text.match(/`(\w+)`/g)).filter((name) => Object.hasOwn(SETTINGS, name.replaceAll('`', '')));
}

function commandsIn(text: string): string[] {
  // What is run in a clone of the project is for those who change it.
  const users = text.replace(/^.*\bnpm run .*$/gm, '');
  return sorted(
    users.match(
      /opentelemetry-stardust (?:check|run|dev)\b|(?<![\w-])--[a-z][\w-]*|\bnpm (?:install|ci|start|exec|ls|dedupe)\b/g,
    ),
  );
}

/** The blocks of code, without what is in quotes. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, code = '']) =>
    code.replace(/'[^'\n]*'|"[^"\n]*"/g, "''"),
  );
}

function sorted(words: readonly string[] | null): string[] {
  return [...new Set(words)].sort();
}
