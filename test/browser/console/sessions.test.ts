import { expect, test } from 'vitest';
import { ended } from '../../service/support/executions.ts';
import { openService } from '../../service/support/service.ts';
import { until } from '../../service/support/until.ts';
import { ConsolePage } from '../support/console.ts';
import {
  NotebookPage,
  newSession,
  openNotebook,
  PICTURE,
  submitCell,
  TICKER,
  ticks,
} from '../support/notebook.ts';
import { obstacles } from '../support/obstacles.ts';
import { SeverableWay } from '../support/severable.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({
  WARM: 'python=1,javascript=1',
  MAX_SESSIONS: '200',
  MAX_SESSIONS_PER_CALLER: '200',
});

test('a session that is ended while a cell runs and another waits tells so, and its cells stay', async () => {
  await using notebook = await openNotebook(suite);
  const { page } = notebook.console;
  await notebook.run('print("kept")');
  await notebook.run(TICKER);
  await notebook.shows(1, 'ticks', (text) => ticks(text).length > 1);
  await notebook.run('"never"');
  await notebook.says(2, /Queued/);
  await notebook.write('"unsent"');
  await page.getByRole('button', { name: 'End session' }).click();
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByText('The session has ended').first().waitFor();
  await notebook.says(1, /its session ended/);
  await notebook.says(2, /its session ended.*Its session was ended by its caller/);
  await notebook.shows(0, 'what was printed', (text) => text.startsWith('kept'));
  await notebook.head.getByText('ended by its caller').waitFor();
  expect(await page.getByRole('button', { name: 'Run again' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Run', exact: true }).count()).toBe(0);
  await notebook.console.photograph('session-ended');
  // What was being written goes on in another one.
  await page.getByRole('button', { name: 'New session' }).click();
  await until(
    'it is another one',
    async () => page.url(),
    (url) => !url.includes(notebook.id),
  );
  await notebook.editor.getByText('"unsent"').waitFor();
  await page.keyboard.press('Shift+Enter');
  await notebook.shows(0, 'that it runs', (text) => text.includes('unsent'));
});

test('the idle limit is counted down, and its end is told in the list and in the notebook', async () => {
  await using notebook = await openNotebook(suite, { idleTimeoutMs: 15_000 });
  await notebook.head.getByText(/^ends in 1?\d s unless used$/).waitFor();
  await notebook.head.getByText('idle for too long').waitFor();
  await using list = await suite.open({ path: '/sessions' });
  const row = list.page.locator('tr', { has: list.page.locator(`a[href="/sessions/${notebook.id}"]`) });
  await row.getByText('idle for too long').waitFor();
});

test('what is out of sight is not followed, and is read when it comes into sight', async () => {
  const id = await newSession(suite.url);
  let last = '';
  for (let count = 0; count < 60; count++)
    last = await submitCell(suite.url, id, `print("cell", ${count})\n`.repeat(5));
  await ended(suite.url, last);
  await using console = await suite.open({ path: `/sessions/${id}` });
  const notebook = new NotebookPage(console);
  await until(
    'the newest are there',
    () => notebook.cells.count(),
    (count) => count === 40,
  );
  await notebook.shows(39, 'the last', (text) => text.includes('cell 59'));
  await notebook.says(39, /\[60\]/);
  expect(await notebook.output(5)).toBe('');
  expect(await notebook.cells.locator('.editor').count()).toBeLessThan(20);
  await console.page.getByRole('button', { name: 'Earlier cells' }).click();
  await until(
    'all are there',
    () => notebook.cells.count(),
    (count) => count === 60,
  );
  await notebook.cells.nth(0).scrollIntoViewIfNeeded();
  await notebook.shows(0, 'the first', (text) => text.includes('cell 0'));
  await notebook.says(0, /\[1\]/);
  await until(
    'the last is left',
    () => notebook.cells.nth(59).locator('.editor').count(),
    (count) => count === 0,
  );
});

test('a server that is away is told, a cell sent meanwhile runs once, and the session goes on', async () => {
  await using way = await SeverableWay.to(suite.url);
  const id = await newSession(suite.url);
  await using console = await ConsolePage.open(suite.browser, way.url, { path: `/sessions/${id}` });
  const notebook = new NotebookPage(console);
  await notebook.run(TICKER);
  await notebook.shows(0, 'ticks', (text) => ticks(text).length > 2);
  await way.cut();
  const banner = console.page.getByText('The server does not answer');
  await banner.waitFor();
  await notebook.write('tick');
  await console.page.keyboard.press('Shift+Enter');
  await console.page.getByRole('button', { name: 'Do not run' }).waitFor();
  await console.photograph('session-away');
  await way.mend();
  await banner.waitFor({ state: 'detached' });
  await notebook.says(1, /Queued/);
  await notebook.button(0, 'Interrupt').click();
  await notebook.shows(1, 'the number', (text) => /^\d+/.test(text));
  expect(await notebook.cells.count()).toBe(2);
});

test('an id that is not there, a session of another caller and too many sessions are told', async () => {
  await using console = await suite.open({ path: '/sessions/01a22e38-a5bf-715f-9277-6a0e28db28d3' });
  await console.page
    .getByRole('alert')
    .getByText(/There is no session|Expected the id of a session/)
    .waitFor();
  await console.page.goto(`${suite.url}/sessions/latest`);
  await console.page.getByRole('alert').getByText('got "latest"').waitFor();

  await using guarded = await openService({
    API_KEYS: 'ada=key-of-ada,bob=key-of-bob',
    MAX_SESSIONS_PER_CALLER: '1',
    WARM: 'python=1,javascript=0',
  });
  const ofAda = await newSession(guarded.url, {}, { authorization: 'Bearer key-of-ada' });
  await using bob = await ConsolePage.open(suite.browser, guarded.url, { path: `/sessions/${ofAda}` });
  await bob.page.getByLabel('API key').fill('key-of-bob');
  await bob.page.getByRole('button', { name: 'Continue' }).click();
  await bob.page.getByRole('alert').getByText('There is no session').waitFor();
  await bob.page.getByRole('link', { name: 'Sessions' }).click();
  await bob.page.getByText('There are none yet.').waitFor();
  const make = bob.page.getByRole('button', { name: 'New session' });
  await make.click();
  const notebook = new NotebookPage(bob);
  await notebook.run('"of bob"');
  await notebook.shows(0, 'that it runs with a key', (text) => text.includes('of bob'));
  await bob.page.getByRole('link', { name: 'Sessions' }).click();
  await make.click();
  await bob.page.getByRole('alert').getByText('Expected fewer than 1 open sessions of one caller').waitFor();
});

const WIDTHS = [1280, 768, 390];

test.each(
  WIDTHS.flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => [width, colorScheme] as const)),
)('nothing serious is in the way at %i px, %s', async (width, colorScheme) => {
  await using notebook = await openNotebook(suite, {}, { width, height: 820, colorScheme });
  const { console } = notebook;
  const look = async (name: string): Promise<void> => {
    await console.photograph(`${name}-${width}-${colorScheme}`);
    if (colorScheme === 'light' || width === WIDTHS[0]) expect(await obstacles(console.page)).toEqual([]);
    const overflow = await console.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  };
  await look('session-new');
  await notebook.run(
    'numbers = [n * n for n in range(5)]\nfor n in numbers:\n    print(f"{n:4}", "#" * n)\nsum(numbers)',
  );
  await notebook.run(PICTURE);
  await notebook.shows(1, 'its end', (text) => text.includes('after'));
  await notebook.run('numbers[9]');
  await notebook.shows(2, 'the traceback', (text) => text.includes('IndexError'));
  await notebook.run('name = input("Your name? ")');
  await notebook.cells.nth(3).getByRole('textbox', { name: 'Input for the program' }).fill('Ada');
  await notebook.run('"behind it"');
  await notebook.says(4, /Queued/);
  await notebook.shows(3, 'the question', (text) => text.includes('Your name?'));
  await look('session');
  await console.page.evaluate(() => scrollTo(0, 0));
  await notebook.cells.nth(1).getByRole('img').waitFor();
  await look('session-top');
  await console.page.getByRole('link', { name: 'Sessions' }).click();
  await console.page.locator('tbody tr').first().waitFor();
  await look('sessions');
});

test('everything is done by the keyboard, and said to a screen reader', async () => {
  await using console = await suite.open({ path: '/sessions' });
  const { page } = console;
  const notebook = new NotebookPage(console);
  const tabTo = async (name: string): Promise<void> => {
    await until(
      `${name} has the focus`,
      async () => {
        await page.keyboard.press('Tab');
        return page.evaluate(() => {
          const outer = document.activeElement;
          const element = outer?.shadowRoot?.activeElement ?? outer;
          return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        });
      },
      (text) => text === name,
    );
  };
  await page.getByRole('form', { name: 'New session' }).waitFor();
  await tabTo('New session');
  await page.keyboard.press('Enter');
  await notebook.editor.waitFor();
  // The new cell has the focus.
  await page.keyboard.type('import time');
  await page.keyboard.press('Enter');
  await page.keyboard.type('time.sleep(600)');
  await page.keyboard.press('Shift+Enter');
  const said = page.getByRole('status');
  await said.getByText('cell in main: Running').waitFor();
  await page.keyboard.press('Escape');
  await tabTo('Interrupt');
  await page.keyboard.press('Enter');
  await said.getByText(/cell 1 of main: Failed|cell in main: Failed/).waitFor();
  await tabTo('End session');
  await page.keyboard.press('Enter');
  await tabTo('End it');
  await page.keyboard.press('Enter');
  await said.getByText('The session has ended.').waitFor();
});
