import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startDevServer } from '../../src/dev/index.ts';
import { builder } from '../support/builder.ts';
import { devServer, processorFor, reports } from '../support/harness.ts';
import { makeSpan } from '../support/make-span.ts';
import { open, skipped } from '../support/page/browser.ts';
import { MINUTE_MS, post, sendShop, TRACE } from '../support/page/shop.ts';

const PATIENCE = { timeout: 10_000, interval: 50 };

function report(AppId: string, ...builders: object[]): object {
  return { AppId, AppName: `${AppId} app`, ClientId: '10.0.0.7@1', Version: '1.2', Builders: builders };
}

function rowOf(page: Page, name: string) {
  const header = page.getByRole('rowheader', { name, exact: true });
  return page.getByRole('row').filter({ has: header });
}

/** The texts in a row beside its header; the spark line has none. */
function cells(page: Page, name: string): Promise<string[]> {
  return rowOf(page, name).getByRole('cell').allTextContents();
}

describe.skipIf(skipped)('the page', { timeout: 60_000 }, () => {
  describe('shows', () => {
    test('for each name the figures that were sent', async () => {
      const server = await devServer();
      const samples = [{ Id: 'a' }, { Id: 'b' }];
      const StartTime = Date.now() - MINUTE_MS;
      const minute = { StartTime, EndTime: StartTime + MINUTE_MS };
      const failed = { ...minute, Errors: 3, ErrorSamples: [{ Id: 'c', Error: 'out of stock' }] };
      await post(
        server,
        '/Trace/Report',
        report(
          'shop',
          builder('/orders', { Total: 1_200, Cost: 24_612, MaxCost: 1_812, Samples: samples, ...failed }),
          builder('redis:0:GET', { ...minute, Total: 40, Cost: 20, MaxCost: 3 }),
          builder('redis:0:GET', { StartTime: StartTime - 3 * MINUTE_MS, Total: 20, Cost: 10, MaxCost: 3 }),
        ),
      );
      const page = await open(server);
      const [kind, ...figures] = await cells(page, '/orders');
      expect(kind).toBe('api');
      // The average leaves out the slowest, as the console's does.
      expect(figures).toEqual(['300', '1,200', '3', '19 ms', '1.8 s', '', '3', 'Exclude']);
      expect(await cells(page, 'redis:0:GET')).toEqual([
        'redis',
        '15',
        '60',
        '0',
        '0.5 ms',
        '3 ms',
        '',
        '0',
        'Exclude',
      ]);
      const app = page.getByRole('region', { name: 'shop' });
      await app.getByText('1.2 · 1 instance · 1 report · ').waitFor();
      const link = page.getByRole('navigation', { name: 'Apps' }).getByRole('link', { name: /^shop/ });
      expect(await link.textContent()).toMatch(/^shop1,260\d+ s3$/);
      const spark = rowOf(page, '/orders').getByRole('img');
      expect(await spark.getAttribute('aria-label')).toBe(
        'Calls in the last 30 periods: at most 1,200, in the last 1,200',
      );
    });

    test('what arrives later, without being loaded again', async () => {
      const server = await devServer();
      const page = await open(server);
      await page.getByText('No app has called yet.').waitFor();
      await page.evaluate('window.stillHere = true');
      await post(server, '/Trace/Report', report('shop', builder('/orders', { Total: 2 })));
      await expect.poll(async () => (await cells(page, '/orders'))[2], PATIENCE).toBe('2');
      await post(server, '/Trace/Report', report('shop', builder('/orders', { Total: 5, Errors: 1 })));
      await expect.poll(async () => (await cells(page, '/orders')).slice(2, 4), PATIENCE).toEqual(['7', '1']);
      await post(server, '/Trace/Report', report('cart', builder('/cart')));
      await page.getByRole('region', { name: 'cart' }).waitFor();
      expect(await page.evaluate('window.stillHere')).toBe(true);
    });

    test('one app alone, and of it the names that fit a filter, in the order that was chosen', async () => {
      const server = await devServer();
      await sendShop(server, 3);
      const page = await open(server);
      const names = () => page.locator('section').getByRole('rowheader').allTextContents();
      await page
        .getByRole('navigation', { name: 'Apps' })
        .getByRole('link', { name: /^orders/ })
        .click();
      await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor();
      expect(await names()).toHaveLength(6);
      expect(await page.getByRole('combobox', { name: 'For' }).inputValue()).toBe('orders');
      await page.reload();
      await expect.poll(() => page.getByRole('combobox', { name: 'For' }).inputValue()).toBe('orders');
      await page.getByRole('searchbox', { name: 'Filter names' }).fill('DB:');
      await page.getByRole('button', { name: 'Name' }).click();
      expect(await names()).toEqual(['db:shop:Insert:orders', 'db:shop:Select:orders']);
      const name = page.getByRole('columnheader', { name: 'Name' });
      expect(await name.getAttribute('aria-sort')).toBe('ascending');
      await page.getByRole('button', { name: 'Max' }).click();
      expect(await name.getAttribute('aria-sort')).toBeNull();
      expect(await names()).toEqual(['db:shop:Insert:orders', 'db:shop:Select:orders']);
      await page.goBack();
      await page.getByRole('region', { name: 'mailer' }).waitFor();
      expect(await page.getByRole('combobox', { name: 'For' }).inputValue()).toBe('');
    });

    test('limits for the app that was shown last, or was chosen since, in the views that are of no app', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/#/app?app=orders');
      const scope = page.getByRole('combobox', { name: 'For' });
      const shown = page.getByRole('navigation', { name: 'Apps' }).locator('[aria-current]');
      expect(await shown.textContent()).toMatch(/^orders/);
      await page.getByRole('link', { name: 'Traces' }).click();
      await page.getByRole('heading', { level: 1, name: 'Traces' }).waitFor();
      await page.getByRole('main').getByRole('combobox').selectOption('payments');
      expect(await scope.inputValue()).toBe('orders');
      expect(await shown.count()).toBe(0);
      await scope.selectOption('mailer');
      await page.getByRole('link', { name: 'Calls' }).click();
      await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor();
      expect(await scope.inputValue()).toBe('mailer');
    });

    test('samples with tag, error and ids, and by them the trace across apps as a waterfall', async () => {
      const server = await devServer();
      await sendShop(server, 2);
      const page = await open(server);
      const figures = await cells(page, 'https://bank.example/');
      await page.getByRole('link', { name: 'https://bank.example/' }).click();
      await page.getByRole('heading', { level: 1, name: 'https://bank.example/' }).waitFor();
      expect(await cells(page, 'https://bank.example/')).toEqual(figures);
      const sample = page.getByRole('table', { name: 'Error samples' }).getByRole('row').nth(1);
      await sample.waitFor();
      const texts = await sample.getByRole('cell').allTextContents();
      expect(texts.slice(1)).toEqual([
        '52 ms',
        'GET https://bank.example/v2/charges/ch_1042 → 503',
        'Http Error 503 Service Unavailable',
        TRACE,
        'c2',
        'c1',
      ]);
      await page.getByRole('link', { name: TRACE }).click();
      await page.getByText('9 samples of 3 apps, 148 ms').waitFor();
      const steps = page.getByRole('table', { name: `Trace ${TRACE}` }).locator('tbody tr');
      const shown = await steps.evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector('[data-depth]')?.getAttribute('data-depth'),
          row.querySelector('a')?.textContent,
          row.querySelector('td')?.textContent,
          row.querySelector('td svg')?.getAttribute('aria-label'),
        ]),
      );
      expect(shown).toEqual([
        ['0', 'GET /orders/:id', 'shop-web', 'starts at 0 ms, takes 148 ms'],
        ['1', 'http://orders:8080/api/', 'shop-web', 'starts at 4 ms, takes 126 ms'],
        ['2', '/api/orders/:id', 'orders', 'starts at 7 ms, takes 119 ms'],
        ['3', 'redis GET', 'orders', 'starts at 10 ms, takes 3 ms'],
        ['3', 'db:shop:Select:orders', 'orders', 'starts at 15 ms, takes 22 ms'],
        ['3', 'http://payments:8080/', 'orders', 'starts at 40 ms, takes 81 ms'],
        ['4', '/payments/:id', 'payments', 'starts at 44 ms, takes 74 ms'],
        ['5', 'https://bank.example/', 'payments', 'starts at 49 ms, takes 52 ms, failed'],
        ['5', 'db:pay:Update:charges', 'payments', 'starts at 103 ms, takes 12 ms'],
      ]);
    });

    test('the last traces, newest first', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/#/traces');
      await rowOf(page, 'GET /orders/:id').waitFor();
      expect(await page.locator('tbody').getByRole('rowheader').allTextContents()).toEqual([
        '/api/orders/:id',
        'GET /orders/:id',
      ]);
      const started = page.getByRole('columnheader', { name: 'Started' });
      expect(await started.getAttribute('aria-sort')).toBe('descending');
      const texts = await cells(page, 'GET /orders/:id');
      expect(texts.slice(1)).toEqual(['shop-web, orders, payments', '148 ms', '9', '1', TRACE]);
    });

    test('the traces that have what was asked for, and keeps that in the address', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/#/traces');
      const names = () => page.locator('tbody').getByRole('rowheader').allTextContents();
      await rowOf(page, '/api/orders/:id').waitFor();
      await page.getByRole('spinbutton', { name: 'From ms', exact: true }).fill('200');
      await expect.poll(names, PATIENCE).toEqual(['/api/orders/:id']);
      await page.getByRole('spinbutton', { name: 'From ms', exact: true }).fill('');
      await page.getByRole('main').getByRole('combobox').selectOption('payments');
      await expect.poll(names, PATIENCE).toEqual(['GET /orders/:id']);
      await page.getByRole('searchbox', { name: 'Filter names' }).fill('BANK');
      await page.getByRole('checkbox', { name: 'Errors only' }).check();
      await page.reload();
      await expect.poll(names, PATIENCE).toEqual(['GET /orders/:id']);
      expect(await page.getByRole('searchbox', { name: 'Filter names' }).inputValue()).toBe('BANK');
      await page.getByRole('searchbox', { name: 'Filter names' }).fill('nothing has this name');
      await page.getByText('No match.').waitFor();
      await page.goto(`${server.url}/#/traces`);
      await expect.poll(names, PATIENCE).toEqual(['/api/orders/:id', 'GET /orders/:id']);
      expect(await page.getByRole('searchbox', { name: 'Filter names' }).inputValue()).toBe('');
      expect(await page.getByRole('checkbox', { name: 'Errors only' }).isChecked()).toBe(false);
      expect(await page.getByRole('main').getByRole('combobox').inputValue()).toBe('');
      await page.getByRole('button', { name: 'Duration' }).click();
      await expect.poll(names, PATIENCE).toEqual(['/api/orders/:id', 'GET /orders/:id']);
    });

    test('a trace by its id, and that an id is unknown', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/#/traces');
      await page.getByRole('textbox', { name: 'Trace id' }).fill(` ${TRACE} `);
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByText('9 samples of 3 apps, 148 ms').waitFor();
      await page.goBack();
      await page.getByRole('textbox', { name: 'Trace id' }).fill('0123456789abcdef');
      await page.keyboard.press('Enter');
      await page.getByText('Unknown trace').waitFor();
    });

    test('a trace folded away below a span, on a ruler of its time, a failed span in its app’s colour', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, `/#/trace?id=${TRACE}`);
      const steps = page.locator('.waterfall tbody tr');
      await expect.poll(() => steps.count(), PATIENCE).toBe(9);
      expect(await page.locator('.axis span').allTextContents()).toEqual([
        '0 ms',
        '37 ms',
        '74 ms',
        '111 ms',
        '148 ms',
      ]);
      await page.getByRole('button', { name: '6 below /api/orders/:id' }).click();
      await expect.poll(() => steps.count(), PATIENCE).toBe(3);
      await page.getByRole('button', { name: '6 below /api/orders/:id' }).click();
      await expect.poll(() => steps.count(), PATIENCE).toBe(9);
      const bank = steps.filter({ hasText: 'https://bank.example/' });
      expect(
        await bank.locator('rect').evaluateAll((all) => all.map((each) => each.getAttribute('fill'))),
      ).toEqual(['var(--app-2)', 'var(--bad)']);
    });

    test('the head of a long trace at the top, however far it is scrolled', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, `/#/trace?id=${TRACE}`, { viewport: { width: 1_400, height: 300 } });
      await page.locator('.waterfall tbody tr').last().scrollIntoViewIfNeeded();
      expect(Number(await page.evaluate('scrollY'))).toBeGreaterThan(100);
      const head = page.locator('.waterfall thead th').first();
      await expect.poll(async () => Math.abs((await head.boundingBox())?.y ?? -1), PATIENCE).toBeLessThan(2);
    });

    test('from an operation its slowest and its failed samples', async () => {
      const server = await devServer();
      const sample = (Id: string, ms: number) => ({
        Id,
        StartTime: 1_000,
        EndTime: 1_000 + ms,
        Tag: `took ${ms}`,
      });
      const samples = [sample('a', 5), sample('b', 90), sample('c', 30)];
      const failed = { Errors: 1, ErrorSamples: [{ ...sample('d', 7), Error: 'out of stock' }] };
      await post(
        server,
        '/Trace/Report',
        report('shop', builder('/orders', { Total: 4, Samples: samples, ...failed })),
      );
      const page = await open(server);
      await rowOf(page, '/orders').getByTitle('To the slowest samples').click();
      const tags = page.getByRole('table', { name: 'Samples', exact: true }).getByText(/^took /);
      await expect.poll(() => tags.allTextContents(), PATIENCE).toEqual(['took 90', 'took 30', 'took 5']);
      await page.goBack();
      await rowOf(page, '/orders').getByTitle('To the failed samples').click();
      await page.getByRole('table', { name: 'Error samples' }).getByText('out of stock').waitFor();
    });

    test('what it had while it is paused, and what came meanwhile when it goes on', async () => {
      const server = await devServer();
      await post(server, '/Trace/Report', report('shop', builder('/a')));
      const page = await open(server);
      await rowOf(page, '/a').waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('Paused').waitFor();
      const witness = await open(server);
      await post(server, '/Trace/Report', report('shop', builder('/b')));
      await rowOf(witness, '/b').waitFor();
      expect(await rowOf(page, '/b').count()).toBe(0);
      await page.getByRole('button', { name: 'Pause' }).click();
      await rowOf(page, '/b').waitFor();
    });

    test('that nothing fits a filter, which stays in the address with the order', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/#/app?app=orders');
      await page.getByRole('searchbox', { name: 'Filter names' }).fill('redis');
      await page.getByRole('button', { name: 'Kind' }).click();
      await page.reload();
      await rowOf(page, 'redis GET').waitFor();
      expect(await page.getByRole('columnheader', { name: 'Kind' }).getAttribute('aria-sort')).toBe(
        'ascending',
      );
      expect(await page.locator('section').getByRole('rowheader').count()).toBe(1);
      await page.getByRole('searchbox', { name: 'Filter names' }).fill('no such name');
      await page.getByText('No match.').waitFor();
    });

    test('each call as it came in, and what it was answered', async () => {
      const server = await devServer();
      const sent = report('shop', builder('/orders', { Total: 2 }), builder('/cart'));
      await post(server, '/Trace/Report', sent);
      await post(server, '/App/Ping', { Id: 1, Name: 'shop' });
      const page = await open(server, '/#/calls');
      const pinged = await cells(page, 'POST /App/Ping');
      expect(pinged.at(-1)).toBe('200 · 401');
      expect((await cells(page, 'POST /Trace/Report')).slice(1)).toEqual([
        'shop',
        '2',
        `${JSON.stringify(sent).length} B`,
        '200 · 0',
      ]);
      await page.getByRole('link', { name: 'POST /Trace/Report' }).click();
      const body = await page.getByRole('region', { name: 'Body' }).textContent();
      expect(body).toBe(JSON.stringify(sent, undefined, 2));
      expect(await page.getByRole('region', { name: 'Headers' }).textContent()).toContain(
        'content-type: application/json',
      );
    });

    test('what it had while the server is away', async () => {
      const server = await startDevServer({ port: 0 });
      await sendShop(server, 1);
      const page = await open(server, `/#/trace?id=${TRACE}`);
      await page.getByText('9 samples of 3 apps').waitFor();
      page.removeAllListeners('console');
      await server.close();
      await page.getByText('Connection lost, trying again …').waitFor();
      await page.getByRole('link', { name: 'Operations', exact: true }).click();
      await rowOf(page, '/api/orders/:id').waitFor();
    });

    test('that the connection is lost, and goes on by itself with the next server at its address', async () => {
      const first = await startDevServer({ port: 0 });
      const page = await open(first);
      // What the browser says of a connection that is lost is no fault of the page.
      page.removeAllListeners('console');
      await first.close();
      await page.getByText('Connection lost, trying again …').waitFor();
      const next = await devServer({ port: first.port });
      await post(next, '/Trace/Report', report('after', builder('/a')));
      await page.getByRole('region', { name: 'after' }).waitFor();
      await page.getByText('Live').waitFor();
    });
  });

  test('holds no connection in the background, and is up to date when it comes back', async () => {
    const server = await devServer();
    const page = await open(server);
    const turn = (state: string) =>
      page.evaluate(`
        Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      `);
    await turn('hidden');
    const witness = await open(server);
    await post(server, '/Trace/Report', report('shop', builder('/a')));
    await rowOf(witness, '/a').waitFor();
    expect(await rowOf(page, '/a').count()).toBe(0);
    await turn('visible');
    await rowOf(page, '/a').waitFor();
    await post(server, '/Trace/Report', report('shop', builder('/a')));
    await expect.poll(async () => (await cells(page, '/a'))[2], PATIENCE).toBe('2');
  });

  describe('sets', () => {
    test('limits, which a processor takes with its next report: it keeps as many samples as it is told', async () => {
      const server = await devServer({ limits: { period: 1, maxSamples: 1 } });
      const processor = processorFor(server, { periodSeconds: 1 });
      const work = setInterval(() => processor.onEnd(makeSpan({ name: 'work' }) as never), 10);
      // On a busy machine a report is late, and has the samples of two periods.
      const most = () =>
        Math.max(
          0,
          ...reports(server)
            .flatMap(({ builders }) => builders)
            .map(({ Samples, StartTime, EndTime }) =>
              Math.ceil(Samples.length / Math.max(Math.ceil((EndTime - StartTime) / 1_000), 1)),
            ),
        );
      try {
        await server.waitForName('app', 'work', 150);
        expect(most()).toBe(1);
        const page = await open(server);
        await page.getByRole('spinbutton', { name: 'Samples', exact: true }).fill('7');
        await page.getByRole('button', { name: 'Set limits' }).click();
        await page.getByRole('status').getByText('Limits set for All apps.').waitFor();
        await server.waitFor(() => most() > 1);
        await server.waitFor(() => most() === 7);
        await page
          .getByRole('region', { name: 'app' })
          .getByText('period 1 s, samples 7, errors 10')
          .waitFor();
      } finally {
        clearInterval(work);
      }
      expect(most()).toBe(7);
    });

    test('limits for one app and for all, and leaves alone what is being typed', async () => {
      const server = await devServer();
      const answered = async (AppId: string) => {
        const answer = await fetch(`${server.url}/Trace/Report`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(report(AppId)),
        });
        return ((await answer.json()) as { data: object }).data;
      };
      await answered('shop');
      const page = await open(server);
      await page.getByRole('combobox', { name: 'For' }).selectOption('shop');
      const fill = (name: string, value: string) =>
        page.getByRole('spinbutton', { name, exact: true }).fill(value);
      await fill('Period s', '15');
      await fill('Slow from ms', '250');
      await fill('Tag length', '300');
      server.setLimits({ maxErrors: 4 });
      const errors = page.getByRole('spinbutton', { name: 'Error samples' });
      await expect.poll(() => errors.inputValue(), PATIENCE).toBe('4');
      await page.getByRole('button', { name: 'Set limits' }).click();
      await page.getByText('Limits set for shop.').waitFor();
      expect(await answered('shop')).toMatchObject({
        period: 15,
        timeout: 250,
        maxTagLength: 300,
        maxErrors: 4,
      });
      expect(await answered('cart')).toMatchObject({ period: 60, timeout: 5_000, maxErrors: 4 });
      await page.getByRole('combobox', { name: 'For' }).selectOption('All apps');
      await fill('Period s', '30');
      await page.getByRole('button', { name: 'Set limits' }).click();
      await page.getByText('Limits set for All apps.').waitFor();
      expect(await answered('shop')).toMatchObject({ period: 30 });
      await fill('Period s', '0');
      await page.getByRole('button', { name: 'Set limits' }).click();
      expect(await answered('shop')).toMatchObject({ period: 30 });
    });

    test('excludes, by button and by list: they hide the name, here and in the processor', async () => {
      const server = await devServer({ limits: { period: 1 } });
      const processor = processorFor(server, { periodSeconds: 1 });
      const work = setInterval(() => {
        for (const name of ['GET /health', '/static/app.js', 'work']) {
          processor.onEnd(makeSpan({ name }) as never);
        }
      }, 20);
      try {
        const page = await open(server);
        await page.getByRole('button', { name: 'Exclude GET /health' }).click();
        await page.getByText('GET /health excluded.').waitFor();
        await rowOf(page, 'GET /health').waitFor({ state: 'detached' });
        await page.getByText('1 name hidden by excludes.').waitFor();
        await page.getByRole('combobox', { name: 'For' }).selectOption('app');
        const list = page.getByRole('textbox', { name: 'One name or pattern a line' });
        expect(await list.inputValue()).toBe('GET /health');
        await list.fill('GET /health\n\n  */static/*  ');
        await page.getByRole('button', { name: 'Set excludes' }).click();
        await rowOf(page, '/static/app.js').waitFor({ state: 'detached' });
        await expect.poll(() => processor.stats().dropped.excluded, PATIENCE).toBeGreaterThan(5);
        const of = (name: string) => server.app('app')?.names.find((each) => each.name === name)?.total ?? 0;
        const { reports: taken = 0 } = server.app('app') ?? {};
        await server.waitFor(() => (server.app('app')?.reports ?? 0) > taken + 1);
        const [health, before] = [of('GET /health'), of('work')];
        await server.waitFor(() => of('work') > before);
        expect(of('GET /health')).toBe(health);
        await list.fill('');
        await page.getByRole('button', { name: 'Set excludes' }).click();
        await rowOf(page, 'GET /health').waitFor();
        await server.waitFor(() => of('GET /health') > health);
      } finally {
        clearInterval(work);
      }
    });

    test.each([
      ['401: token refused', '200 401'],
      ['500: server error', '200 500'],
      ['Code 0, data null: unreadable', '200 0'],
      ['Slow answer', 'late'],
      ['No answer', 'none'],
      ['Away: connection closed', 'closed'],
    ])('faults, and lifts them: %s', async (effect, outcome) => {
      const server = await devServer();
      const answered = async () => {
        const began = performance.now();
        try {
          const answer = await fetch(`${server.url}/Trace/Report`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(report('shop')),
            signal: AbortSignal.timeout(4_000),
          });
          const { code, data } = (await answer.json()) as { code: number; data: unknown };
          if (performance.now() - began >= 1_500) return 'late';
          return data === undefined || data === null ? `${answer.status} ${code}` : 'as usual';
        } catch (error) {
          return (error as Error).name === 'TimeoutError' ? 'none' : 'closed';
        }
      };
      expect(await answered()).toBe('as usual');
      const page = await open(server);
      await page.getByRole('combobox', { name: 'What happens' }).selectOption(effect);
      await page.getByRole('combobox', { name: 'Which calls' }).selectOption('Reports');
      const delay = page.getByRole('spinbutton', { name: /Delay/ });
      expect(await delay.isVisible()).toBe(outcome === 'late');
      if (outcome === 'late') await delay.fill('1500');
      await page.getByRole('button', { name: 'Inject fault' }).click();
      await page.getByRole('list', { name: 'Faults' }).getByText(effect).waitFor();
      expect(await answered()).toBe(outcome);
      await page.getByRole('button', { name: /^Lift / }).click();
      await page.getByText('None in force.').waitFor();
      expect(await answered()).toBe('as usual');
    });

    test('faults that strike so often, and shows those that code injected', async () => {
      const server = await devServer();
      const lift = server.fault({ kind: 'status', status: 503, path: '/App/Login' });
      const page = await open(server);
      const faults = page.getByRole('list', { name: 'Faults' }).getByRole('listitem');
      await page.getByRole('list', { name: 'Faults' }).getByText('HTTP 503 · Logins').waitFor();
      await page.getByRole('spinbutton', { name: 'How often' }).fill('2');
      await page.getByRole('button', { name: 'Inject fault' }).click();
      await faults.nth(1).getByText('2 more').waitFor();
      await post(server, '/Trace/Report', report('shop'));
      await faults.nth(1).getByText('1 more').waitFor();
      await post(server, '/Trace/Report', report('shop'));
      await expect.poll(() => faults.count(), PATIENCE).toBe(1);
      lift();
      await page.getByText('None in force.').waitFor();
    });

    test('the tokens to bad ones, and everything back to nothing', async () => {
      const server = await devServer();
      const processor = processorFor(server);
      processor.onEnd(makeSpan({ name: 'work' }) as never);
      await processor.forceFlush();
      const page = await open(server);
      await page.getByRole('button', { name: 'Revoke tokens' }).click();
      await page.getByText('Tokens revoked').waitFor();
      processor.onEnd(makeSpan({ name: 'work' }) as never);
      await processor.forceFlush();
      expect(server.app('app')).toMatchObject({ logins: 2 });
      await rowOf(page, 'work').waitFor();
      await page.getByRole('button', { name: 'Forget what was received' }).click();
      await rowOf(page, 'work').waitFor({ state: 'detached' });
      expect(server.requests()).toEqual([]);
    });
  });

  describe('takes for text, and never for markup,', () => {
    const HOSTILE = [
      `<script>window.pwned = 1</script>`,
      `<img src=x onerror="window.pwned = 1">`,
      `"><svg onload=alert(1)>`,
      `javascript:alert(1)`,
      `\u202Egnirts a ,sdrawkcab\u202C`,
      `{{token}}`,
      `__proto__`,
    ];

    test.each(HOSTILE)('%s as name, tag, error, id, app, instance and version', async (text) => {
      const server = await devServer();
      const sample = { Id: text, ParentId: text, TraceId: text, Tag: text, StartTime: 1, EndTime: -5 };
      const failed = { ...sample, Error: text, StartTime: 9e15 };
      const hostile = builder(text, { Samples: [sample, sample], ErrorSamples: [failed] });
      const body = { ...report(text, hostile), AppName: text, ClientId: text, Version: text };
      await post(server, '/App/Login', body);
      await post(server, '/Trace/Report', body);
      server.fault({ kind: 'code', code: 1, path: `/${text}` });
      server.setLimits({ excludes: [`${text}?`] }, text);
      const page = await open(server);
      const id = (await page.locator('tbody').getByRole('rowheader').textContent()) ?? '';
      expect(id).toBe(text);
      await page.getByRole('link', { name: text, exact: true }).click();
      await page.getByRole('table', { name: 'Error samples' }).waitFor();
      const shown = await page.getByRole('table', { name: 'Error samples' }).locator('bdi').allTextContents();
      // The trace id is an address, too.
      expect(shown).toEqual([text, text, text.slice(0, 50), text.slice(0, 50), text.slice(0, 50)]);
      await page.getByRole('table', { name: 'Error samples' }).getByRole('link').click();
      await page.locator('.waterfall tbody tr').first().waitFor();
      expect(await page.locator('.waterfall tbody th a').first().textContent()).toBe(text);
      await page.getByRole('link', { name: 'Calls' }).click();
      await page.getByRole('link', { name: 'POST /Trace/Report' }).click();
      await expect
        .poll(() => page.getByRole('region', { name: 'Body' }).textContent())
        .toContain(JSON.stringify(text));
      await page.getByRole('link', { name: 'Traces' }).click();
      await page.locator('tbody').getByRole('rowheader').waitFor();
      expect(await page.evaluate('window.pwned')).toBeUndefined();
      expect(await page.locator('main script, main img, [onerror], [onload]').count()).toBe(0);
    });

    test('a name of 200 characters without a break and large figures, and grows no wider than the window', async () => {
      const server = await devServer();
      const name = 'x'.repeat(200);
      const large = { Total: 123_456_789, Cost: 1e12, MaxCost: 86_400_000 };
      await post(server, '/Trace/Report', report('y'.repeat(200), builder(name, large)));
      const page = await open(server);
      await page.getByRole('rowheader', { name: `${name} (cut at 200 characters)`, exact: true }).waitFor();
      const figures = await page.locator('tbody').getByRole('cell').allTextContents();
      expect(figures.slice(2, 6)).toEqual(['123.5M', '0', '8.1 s', '24 h']);
      for (const width of [1_400, 1_000, 420]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    });
  });

  describe('is', () => {
    test('in Chinese where the browser is', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server, '/', { locale: 'zh-CN' });
      await page.getByRole('heading', { level: 1, name: '全部应用' }).waitFor();
      const heads = await page
        .getByRole('table', { name: 'orders' })
        .getByRole('columnheader')
        .allTextContents();
      expect(heads).toEqual([
        '操作名',
        '种类',
        '每分钟',
        '总次数',
        '错误数',
        '平均耗时',
        '最大耗时',
        '最近周期',
        '样本',
        '排除',
      ]);
      expect((await page.getByText('毫秒').allTextContents()).length).toBeGreaterThan(5);
      await page.getByRole('button', { name: '设置采样参数' }).click();
      await page.getByText('已为全部应用设置采样参数。').waitFor();
      expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN');
    });

    test.each(['zh-TW', 'zh-Hant-HK', 'fr-FR'])(
      'in English where the browser asks for %s',
      async (locale) => {
        const page = await open(await devServer(), '/', { locale });
        await page.getByRole('heading', { level: 1, name: 'All apps' }).waitFor();
        expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      },
    );

    test('dark where the system is, with texts that stand out in both', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open(server, '/', { colorScheme });
        const [text, ground, faint, panel] = (await page.evaluate(`[
          getComputedStyle(document.body).color,
          getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.querySelector('.facts')).color,
          getComputedStyle(document.querySelector('section')).backgroundColor,
        ]`)) as [string, string, string, string];
        expect(brightness(ground) > brightness(text)).toBe(colorScheme === 'light');
        expect(contrast(text, ground)).toBeGreaterThan(7);
        expect(contrast(faint, panel)).toBeGreaterThan(4.5);
      }
    });

    test('to be used by keyboard alone', async () => {
      const server = await devServer();
      await post(server, '/Trace/Report', report('shop', builder('/orders')));
      server.fault({ kind: 'code', code: 429, path: '/App/Ping' });
      const page = await open(server);
      await rowOf(page, '/orders').waitFor();
      const reached: string[] = [];
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press('Tab');
        const [name, outline] = (await page.evaluate(`(() => {
          const { activeElement: focused } = document;
          const name = focused.ariaLabel ?? focused.labels?.[0]?.textContent ?? focused.textContent;
          return [name.trim(), getComputedStyle(focused).outlineStyle];
        })()`)) as [string, string];
        reached.push(`${name}${outline === 'solid' ? '' : ' UNSEEN'}`);
        if (name === 'Forget what was received') break;
      }
      const wanted = [
        ['Operations', 'Traces', 'Calls', 'All apps', 'Filter names', 'Name', 'Kind', 'Per min', 'Errors'],
        ['/orders', 'Exclude /orders', 'Periods', 'Samples', 'Error samples', 'Slow fromms', 'Tag length'],
        ['Process figures', 'Set limits', 'One name or pattern a line', 'Set excludes', 'How often'],
        ['Inject fault', 'Lift 429 · Pings', 'Revoke tokens', 'Forget what was received'],
      ].flat();
      expect(wanted.filter((name) => !reached.includes(name))).toEqual([]);
      expect(reached.filter((name) => name.endsWith('UNSEEN'))).toEqual([]);

      await page.getByRole('spinbutton', { name: 'Period s', exact: true }).focus();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('20');
      await page.keyboard.press('Enter');
      await page.getByText('Limits set for All apps.').waitFor();
      await page.getByRole('button', { name: /^Lift/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByText('None in force.').waitFor();
      await page.getByRole('link', { name: '/orders' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: '/orders' }).waitFor();
      expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
    });

    test('to be used without eyes: landmarks, one main heading, labels, headers, news that are told', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const page = await open(server);
      for (const role of ['banner', 'main', 'complementary'] as const) {
        expect(await page.getByRole(role).count(), role).toBe(1);
      }
      expect(await page.getByRole('navigation').count()).toBe(2);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      expect(await page.getByRole('table').count()).toBe(4);
      expect(await page.getByRole('status').count()).toBe(2);
      const nameless = await page
        .locator('input, select, textarea')
        .evaluateAll((controls) =>
          controls.filter((control) => !(control as unknown as { labels: ArrayLike<unknown> }).labels.length),
        );
      expect(nameless).toEqual([]);
      const silent = await page
        .locator('button, a')
        .evaluateAll((all) => all.filter((one) => !one.textContent?.trim()));
      expect(silent).toEqual([]);
      expect(await page.locator('img:not([alt]), svg:not([aria-label]):not([aria-hidden])').count()).toBe(0);
    });

    test('free of what axe calls a fault, in every view, light and dark, wide and narrow', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      server.fault({ kind: 'code', code: 429, path: '/App/Ping' });
      const views = ['', 'app?app=orders', 'operation?app=orders&name=%2Fapi%2Forders%2F%3Aid', 'traces'];
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await open(server, '/', { colorScheme });
        await page.evaluate(axe.source);
        for (const view of [...views, `trace?id=${TRACE}`, 'trace?id=unknown', 'calls', 'call?number=1']) {
          for (const width of [1_400, 400]) {
            await page.setViewportSize({ width, height: 900 });
            await page.evaluate(`location.hash = '#/${view}'`);
            await page.getByRole('heading', { level: 1 }).waitFor();
            const faults = await page.evaluate(
              `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
            );
            expect(faults, `${view} ${width} ${colorScheme}`).toEqual([]);
          }
        }
      }
    });

    test('whole at 400 pixels: what is cut off can be scrolled to, and a shadow tells it', async () => {
      const server = await devServer();
      await sendShop(server, 1);
      const samples = 'operation?app=orders&name=%2Fapi%2Forders%2F%3Aid';
      for (const view of ['', samples, 'traces', `trace?id=${TRACE}`, 'calls']) {
        const page = await open(server, `/#/${view}`, { viewport: { width: 400, height: 900 } });
        await page.getByRole('table').first().waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(400);
        const hidden = await page.evaluate(`[...document.querySelectorAll('main *')].filter((each) => {
          const cut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden';
          return cut && !each.matches('.unseen') && getComputedStyle(each).textOverflow !== 'ellipsis';
        }).map((each) => each.outerHTML)`);
        expect(hidden, view).toEqual([]);
        const shadow = `getComputedStyle(document.querySelector('.scroll')).backgroundImage`;
        expect(await page.evaluate(shadow)).toContain('radial-gradient');
      }
    });

    test('at rest under the focus while figures change around it', async () => {
      const server = await devServer();
      await post(server, '/Trace/Report', report('shop', builder('/a', { Total: 9 }), builder('/b')));
      const page = await open(server);
      await page.getByRole('link', { name: '/b' }).focus();
      await post(server, '/Trace/Report', report('shop', builder('/b', { Total: 50 })));
      await expect.poll(async () => (await cells(page, '/b'))[2], PATIENCE).toBe('51');
      expect(await page.locator('tbody').getByRole('rowheader').allTextContents()).toEqual(['/b', '/a']);
      expect(await page.evaluate('document.activeElement.textContent')).toBe('/b');
    });
  });
});

function channels(colour: string): number[] {
  return [...colour.matchAll(/\d+/g)].slice(0, 3).map(Number);
}

/** As WCAG 2 defines it. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}
