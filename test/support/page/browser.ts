import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { built } from '../processes/built.ts';

const PATH = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const MISSING = `there is no Chromium at ${PATH}: install one (apt-get install chromium), or set CHROMIUM_PATH`;

/** Where nobody asked for all of the tests, a machine without a browser does without these. */
export const skipped = process.env.CI === undefined && !existsSync(PATH);

let browser: Browser | undefined;
const opened: { readonly page: Page; readonly complaints: string[] }[] = [];

beforeAll(async () => {
  if (skipped) return;
  if (!existsSync(PATH)) throw new Error(MISSING);
  await built();
  browser = await chromium.launch({ executablePath: PATH, args: ['--no-sandbox'] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

/** No page may complain, of its policy or anything else, whatever it was made to show. */
afterEach(async () => {
  const complaints = opened.flatMap((each) => each.complaints);
  for (const { page } of opened.splice(0)) await page.context().close();
  expect(complaints).toEqual([]);
});

/** Opens the page of a server, and waits until it shows what the server has. */
export async function open(
  server: { readonly url: string },
  path = '/',
  options: BrowserContextOptions = {},
): Promise<Page> {
  if (browser === undefined) throw new Error(MISSING);
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1400, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  opened.push({ page, complaints });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url)) complaints.push(`asked for ${request.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(server.url + path);
  await page.locator('[data-connection="live"]').waitFor();
  return page;
}
