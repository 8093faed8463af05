import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The files of the page, by path. */
const FILES: Readonly<Record<string, { readonly file: string; readonly contentType: string }>> = {
  '/': { file: 'index.html', contentType: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', contentType: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', contentType: 'text/css; charset=utf-8' },
  '/icon.svg': { file: 'icon.svg', contentType: 'image/svg+xml' },
};

/** Beside the built server; for a server that runs from source, the last build. */
const FOLDERS = ['./page/', '../../../dist/page/'].map((path) => new URL(path, import.meta.url));

export interface PageFile {
  readonly contentType: string;
  readonly text: string;
}

export function isPageFile(path: string): boolean {
  return Object.hasOwn(FILES, path);
}

/** One file of the page; `undefined` if the page has not been built. */
export async function readPageFile(path: string, token: string): Promise<PageFile | undefined> {
  const named = FILES[path];
  const folder = FOLDERS.find((each) => existsSync(new URL('page.js', each)));
  if (named === undefined || folder === undefined) return undefined;
  const text = await readFile(new URL(named.file, folder), 'utf8');
  return { contentType: named.contentType, text: path === '/' ? text.replace('{{token}}', token) : text };
}
