import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../test/browser/support/chromium.ts';
import { ConsolePage } from '../test/browser/support/console.ts';
import type { Benchmark } from './benchmark.ts';
import { longestTasks } from './console/tasks.ts';
import type { Cell } from './figures/table.ts';
import { manyLines } from './programs/programs.ts';
import { Service } from './service/service.ts';

const LINES = 100_000;
const PER_SECOND = 50;
const PACED_SECONDS = 10;

const BURST = manyLines('javascript', LINES).code;
/** As wide as those, and none of them has one column for each character. */
const WIDE = BURST.replace('the quick brown fox', '✓ 素早い茶色の狐 →');
const PACED =
  `${BURST}\nfor (let n = 0; ; n++) ` +
  `{ console.log('paced ' + n); await new Promise((go) => setTimeout(go, ${1000 / PER_SECOND})); }`;

export const consolePage: Benchmark = {
  name: 'console',
  title: `The console in Chromium with ${LINES.toLocaleString('en')} lines`,
  async run(report) {
    report.note(
      "Tasks of the page's main thread while somebody does it: how many took more than 50 and 100 ms, and the longest; by the " +
        'clock, and by the processor time of that thread, which does not count what waits for a busy machine.',
    );
    await using service = await Service.start();
    const browser = await launchChromium();
    try {
      const rows = await measure(browser, service.url);
      report.table(
        ['what', '> 50 ms', '> 100 ms', 'longest ms', 'processor > 50 ms', 'longest processor ms'],
        rows,
      );
    } finally {
      await browser.close();
    }
  },
};

async function measure(browser: Browser, url: string): Promise<Cell[][]> {
  await using console = await ConsolePage.open(browser, url);
  const { page } = console;
  const rows: Cell[][] = [];
  const during = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    const { longer, longest } = await longestTasks(browser, page, act);
    rows.push([what, longer(50), longer(100), longest(), longer(50, 'processor'), longest('processor')]);
  };
  await console.write(BURST);
  await during('the lines come as fast as they can', async () => {
    await console.submit(() => page.getByRole('button', { name: 'Run', exact: true }).click());
    await lastLine(console);
  });
  await during('a reload brings them again', async () => {
    await page.reload();
    await lastLine(console);
  });
  const terminal = page.getByRole('region', { name: 'Output of the program' });
  await during('scrolling: the beginning, page by page, the end', async () => {
    await terminal.press('Home');
    await console.shows('the first line', (text) => text.startsWith('1 '));
    for (let turn = 0; turn < 30; turn++) await terminal.press('PageDown');
    await terminal.press('End');
    await lastLine(console);
  });
  await during('a search for what stands in every line', () => search(page, 'fox'));
  await during('a search for what stands nowhere', () => search(page, 'fix'));
  await search(page, '');
  await during('other widths', () => otherWidths(page));
  await console.write(WIDE);
  await during('lines beyond Latin come as fast as they can', async () => {
    await console.submit(() => page.getByRole('button', { name: 'Run', exact: true }).click());
    await lastLine(console);
  });
  await during('other widths of those', () => otherWidths(page));
  await console.write(PACED);
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByRole('textbox', { name: 'Time (s)' }).fill('600');
  await console.submit(() => page.getByRole('button', { name: 'Run', exact: true }).click());
  await console.shows('a paced line', (text) => text.includes('paced 1'));
  const paced = `${PER_SECOND} more a second, for ${PACED_SECONDS} s`;
  await during(paced, () => page.waitForTimeout(PACED_SECONDS * 1000));
  await search(page, 'fox');
  await during(`${paced}, with a search`, () => page.waitForTimeout(PACED_SECONDS * 1000));
  await page.getByRole('button', { name: 'Cancel' }).click();
  return rows;
}

async function lastLine(console: ConsolePage): Promise<void> {
  await console.shows('the last line', (text) => text.includes(`\n${LINES} `));
}

async function otherWidths(page: Page): Promise<void> {
  for (const width of [700, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(500);
  }
}

async function search(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search the output' }).fill(text);
  if (text !== '') await page.getByText(/\d+ or more|\d+ of \d+|not found/).waitFor();
}
