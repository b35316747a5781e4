import { spawnSync } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Service, type ServiceOptions } from './support/service.ts';
import { until } from './support/until.ts';

interface TabState {
  readonly activeTabIndex: number;
  readonly tabs: { readonly title: string }[];
}

/** Debian's package; without it these are skipped. */
const executablePath = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();

describe.skipIf(executablePath === '')('GraphiQL in a browser', () => {
  let browser: Browser;
  let service: Service;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  afterEach(() => service[Symbol.asyncDispose]());

  const open = async (options: ServiceOptions = {}): Promise<{ page: Page; complaints: string[] }> => {
    service = await Service.open(options);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on(
      'console',
      (line) => line.text().includes('Content Security Policy') && complaints.push(line.text()),
    );
    page.on('request', (request) => {
      const address = request.url();
      if (!/^(blob|data):/.test(address) && !address.startsWith(service.url)) complaints.push(address);
    });
    await page.goto(`${service.url}/`);
    await page.waitForSelector('.graphiql-execute-button');
    return { page, complaints };
  };
  /** GraphiQL learns an operation's name a while after it shows the tab; what it stores tells when. */
  const openTab = async (page: Page, name: string): Promise<void> => {
    await page.getByRole('tab', { name }).click();
    await until(
      () => page.evaluate(() => localStorage.getItem('graphiql:tabState')),
      (stored) => {
        const state: TabState = JSON.parse(stored ?? '{"tabs":[]}');
        return state.tabs[state.activeTabIndex]?.title === name;
      },
    );
  };
  const play = (page: Page): Promise<void> => page.locator('.graphiql-execute-button').click();
  const answer = (page: Page, matches: (text: string) => boolean): Promise<string> =>
    until(async () => {
      const text = await page.locator('.result-window').textContent();
      // The editor shows spaces as ones that do not break.
      return (text ?? '').replaceAll('\u00a0', ' ');
    }, matches);

  test('one tab runs a program, the next shows its lines while it runs', async () => {
    const { page, complaints } = await open();
    await play(page);
    await answer(page, (text) => text.includes('"id"'));
    const [execution] = await service.executions.list('anonymous', { first: 1 });
    const run = await service.runner.of(execution?.id ?? '');
    expect(run.request.code).toContain('for second in range');
    await openTab(page, 'Watch');
    await play(page);
    for (const line of ['one', 'two']) {
      await run.print(`${line}\n`);
      await answer(page, (text) => text.includes(line) && text.includes('"ended": false'));
    }
    run.end();
    await answer(page, (text) => text.includes('"ended": true'));
    for (const [tab, text] of [
      ['List', 'two'],
      ['Health', 'HEALTHY'],
    ] as const) {
      await openTab(page, tab);
      await play(page);
      await answer(page, (shown) => shown.includes(text));
    }
    // No edit and no program is written into the address, and nothing was loaded from elsewhere.
    expect(page.url()).toBe(`${service.url}/graphql`);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('with keys the header editor takes one, for subscriptions too', async () => {
    const { page, complaints } = await open({ config: { apiKeys: [{ name: 'ann', key: 'ann-1' }] } });
    const sayKey = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Headers' }).click();
      const editor = page.locator('.graphiql-editor-tool .view-lines:visible');
      await until(
        () => editor.textContent(),
        (text) => text?.includes('Bearer') === true,
      );
      await editor.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.keyboard.insertText(JSON.stringify({ authorization: 'Bearer ann-1' }));
    };
    await sayKey();
    await play(page);
    await answer(page, (text) => text.includes('createdAt'));
    const [execution] = await service.executions.list('key:ann', { first: 1 });
    const run = await service.runner.of(execution?.id ?? '');
    await run.print('hello\n');
    await openTab(page, 'Watch');
    await sayKey();
    await play(page);
    await answer(page, (text) => text.includes('hello'));
    run.end();
    await answer(page, (text) => text.includes('"ended": true'));
    expect(complaints).toEqual([]);
    await page.close();
  });
});
