import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev/index.ts';
import { open, skipped } from '../support/page/browser.ts';
import { LiveShop } from '../support/page/live-shop.ts';
import { REPO } from '../support/processes/built.ts';

/** Set by `npm run screenshots`; otherwise a run of the tests is short, and leaves the pictures of the docs as they are. */
const WRITE = process.env.WRITE_SCREENSHOTS !== undefined;
const PERIODS = WRITE ? 31 : 3;
const PERIOD_SECONDS = WRITE ? 2 : 1;
const FOLDER = join(REPO, 'docs/images');
const VIEW: BrowserContextOptions = { viewport: { width: 1320, height: 800 } };

describe.skipIf(skipped)('pictures of a shop of three services, for the docs', { timeout: 60_000 }, () => {
  let server: DevServer;
  let bought: number;

  beforeAll(async () => {
    server = await startDevServer({ port: 0, limits: { period: PERIOD_SECONDS } });
    const shop = new LiveShop(server);
    try {
      bought = await shop.trade(PERIODS * PERIOD_SECONDS * 1_000);
    } finally {
      shop.close();
    }
  }, 150_000);

  afterAll(() => server.close());

  test.each<[string, string, BrowserContextOptions, (page: Page) => Promise<unknown>]>([
    ['page-light.png', '/', {}, (page) => expectCalls(page, '/checkout', bought)],
    ['page-dark.png', '/#/app?app=orders', { colorScheme: 'dark' }, inject],
    ['trace.png', '/#/traces', {}, openCheckout],
  ])('%s', async (file, path, options, ready) => {
    const page = await open(server, path, { ...VIEW, ...options });
    await ready(page);
    const picture = await page.screenshot();
    expect(picture.length).toBeLessThan(200_000);
    if (!WRITE) return;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, file), picture);
  });
});

async function expectCalls(page: Page, name: string, calls: number): Promise<void> {
  const cells = page
    .getByRole('row')
    .filter({ has: page.getByText(name, { exact: true }) })
    .getByRole('cell');
  expect(await cells.allTextContents()).toContain(calls.toLocaleString('en-GB'));
}

async function inject(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'What happens' }).selectOption('Slow answer');
  await page.getByRole('combobox', { name: 'Which calls' }).selectOption('Reports');
  await page.getByRole('button', { name: 'Inject fault' }).click();
  await page.getByRole('list', { name: 'Faults' }).getByText('Slow answer').waitFor();
}

/** A purchase that all three services had a part in. */
async function openCheckout(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Samples' }).click();
  const purchase = page.getByRole('row').filter({ hasText: 'web, orders, payments' }).first();
  await purchase.getByRole('link').click();
  await page.getByText('of 3 apps').waitFor();
}
