import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { REPO } from '../package/support/built.ts';
import { devServer } from '../support/harness.ts';
import { open, skipped } from './support/browser.ts';
import { sendShop, TRACE } from './support/shop.ts';

/** Set by `npm run screenshots`; otherwise a run of the tests leaves the pictures of the docs as they are. */
const WRITE = process.env.WRITE_SCREENSHOTS !== undefined;
const FOLDER = join(REPO, 'docs/images');
const VIEW: BrowserContextOptions = { viewport: { width: 1320, height: 800 } };

describe.skipIf(skipped)('pictures for the docs', { timeout: 60_000 }, () => {
  test.each<[string, string, BrowserContextOptions, (page: Page) => Promise<unknown>]>([
    ['page-light.png', '/', {}, (page) => page.getByRole('region', { name: 'orders' }).waitFor()],
    ['page-dark.png', '/#/app?app=orders', { colorScheme: 'dark' }, inject],
    ['trace.png', `/#/trace?id=${TRACE}`, {}, (page) => page.getByText('9 samples of 3 apps').waitFor()],
  ])('show a shop of four apps: %s', async (file, path, options, ready) => {
    const server = await devServer();
    await sendShop(server);
    const page = await open(server, path, { ...VIEW, ...options });
    await ready(page);
    const picture = await page.screenshot();
    expect(picture.length).toBeLessThan(200_000);
    if (!WRITE) return;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, file), picture);
  });
});

async function inject(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'What happens' }).selectOption('Slow answer');
  await page.getByRole('combobox', { name: 'Which calls' }).selectOption('Reports');
  await page.getByRole('button', { name: 'Inject fault' }).click();
  await page.getByRole('list', { name: 'Faults' }).getByText('Slow answer').waitFor();
}
