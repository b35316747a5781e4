import { expect, test } from 'vitest';
import { cancel } from '../../service/support/executions.ts';
import { openService } from '../../service/support/service.ts';
import { until } from '../../service/support/until.ts';
import { ConsolePage } from '../support/console.ts';
import { SeverableWay } from '../support/severable.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=1,javascript=1' });

const PAUSE = 'const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));\n';
/** Prints a numbered line ten times a second for as long as anybody looks. */
const TICKER = `${PAUSE}for (let tick = 1; ; tick++) { console.log('tick ' + tick); await pause(100); }\n`;

/** The numbers of the ticker's lines. */
function ticks(text: string): number[] {
  return [...text.matchAll(/tick (\d+)/g)].map(([, tick]) => Number(tick));
}

test('a program with a docstring is pasted, run, and seen as it printed', async () => {
  await using console = await suite.open();
  // Copied out of an indented place, as an example in a text.
  const program = '    def f():\n        """one\n        two"""\n        print("in", "f")\n\n    f()\n';
  await console.write(program, 'python');
  await console.page.keyboard.press('Control+Enter');
  await console.hasStatus(/Succeeded.*exit code 0.*processor/);
  expect(await console.rows()).toEqual(['in f', '']);
  expect(console.complaints).toEqual([]);
  const { host } = new URL(suite.url);
  expect(console.requested.filter((url) => new URL(url).host !== host)).toEqual([]);
});

test('on a phone the output comes into sight when a program is run', async () => {
  await using console = await suite.open({ width: 390 });
  await console.write("console.log('seen')");
  const terminal = console.page.getByRole('region', { name: 'Output of the program' });
  await console.submit(() => console.page.keyboard.press('Control+Enter'));
  await console.shows('its line', (text) => text.includes('seen'));
  await until(
    'it is in sight',
    () => terminal.evaluate((element) => element.getBoundingClientRect().top),
    (top) => top < 400,
  );
});

test('what it printed is seen while it runs, and Cancel stops it', async () => {
  await using console = await suite.open();
  await console.run(TICKER);
  await console.shows('ticks', (text) => ticks(text).length > 3);
  expect(await console.statusText()).toMatch(/^Running/);
  await console.page.getByRole('button', { name: 'Cancel' }).click();
  await console.hasStatus(/^Cancelled/);
  await console.page.getByRole('button', { name: 'Run again' }).waitFor();
  expect(await console.editor.textContent()).toContain('tick');
});

/** Has the server refuse the operation in this page. */
async function refuse(console: ConsolePage, operation: string): Promise<void> {
  await console.page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes(` ${operation}(`)) return route.fallback();
    const errors = [{ message: `${operation} is refused.`, extensions: { code: 'INTERNAL' } }];
    return route.fulfill({ json: { errors } });
  });
}

test('a Cancel, an interrupt and a Download that fail are told in the page', async () => {
  await using console = await suite.open();
  const id = await console.run(TICKER);
  await console.shows('ticks', (text) => ticks(text).length > 0);
  for (const [button, operation] of [
    ['Cancel', 'Cancel'],
    ['Interrupt', 'Interrupt'],
    ['Download', 'Chunks'],
  ] as const) {
    await refuse(console, operation);
    await console.page.getByRole('button', { name: button }).click();
    await console.page.getByRole('alert').getByText(`${operation} is refused.`).waitFor();
  }
  await console.photograph('refused');
  await console.page.getByRole('button', { name: 'Close' }).click();
  await console.page.getByRole('alert').waitFor({ state: 'detached' });
  await console.page.unrouteAll();
  await cancel(suite.url, id);
  await console.hasStatus(/^Cancelled/);
});

test('a reload in the middle, and another browser, go on with no gap', async () => {
  await using first = await suite.open();
  const id = await first.run(TICKER);
  await first.shows('ticks', (text) => ticks(text).length > 3);
  await first.page.reload();
  await using second = await suite.open({ path: `/executions/${id}` });
  for (const console of [first, second]) {
    await console.shows('many ticks', (shown) => (ticks(shown).at(-1) ?? 0) >= 20);
    await console.page.getByRole('region', { name: 'Output of the program' }).press('Home');
    const numbers = ticks(await console.shows('the first tick', (shown) => /^tick 1$/m.test(shown)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  }
  // The tab that submitted it has its draft still; the other one looks at a program that is not its own.
  await first.page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await second.page.getByRole('button', { name: 'Edit a copy' }).waitFor();
  await cancel(suite.url, id);
  await second.hasStatus(/^Cancelled/);
});

test('a cut in the middle is told, and what was printed meanwhile comes after it', async () => {
  await using way = await SeverableWay.to(suite.url);
  await using console = await ConsolePage.open(suite.browser, way.url);
  const id = await console.run(TICKER);
  await console.shows('ticks', (text) => ticks(text).length > 3);
  await way.cut();
  const banner = console.page.getByText('The server does not answer');
  await banner.waitFor();
  await console.photograph('away');
  const seen = ticks((await console.rows()).join('\n')).length;
  await way.mend();
  await console.page.getByRole('button', { name: 'Try now' }).click();
  const text = await console.shows('more ticks', (shown) => (ticks(shown).at(-1) ?? 0) > seen + 10);
  await banner.waitFor({ state: 'detached' });
  const numbers = ticks(text);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  await cancel(suite.url, id);
});

test('a program submitted while the server is away is run once when it is back', async () => {
  await using way = await SeverableWay.to(suite.url);
  await using console = await ConsolePage.open(suite.browser, way.url);
  await console.write("console.log('late')");
  await way.cut();
  await console.page.getByRole('button', { name: 'Run', exact: true }).click();
  await console.page.getByRole('button', { name: 'Do not run' }).waitFor();
  await way.mend();
  await console.page.getByRole('button', { name: 'Try now' }).click();
  await console.shows('its line', (text) => text.startsWith('late'));
});

test('back and forward lead through the executions; another one is run again and edited', async () => {
  await using console = await suite.open();
  const first = await console.run("console.log('the first')");
  await console.shows('the first', (text) => text.includes('the first'));
  const second = await console.run("console.log('the second')");
  await console.shows('the second', (text) => text.includes('the second'));
  await console.page.goBack();
  await console.shows('the first again', (text) => text.includes('the first'));
  expect(console.id).toBe(first);
  await console.page.goForward();
  await console.shows('the second again', (text) => text.includes('the second'));
  expect(console.id).toBe(second);
  await console.page.goBack();
  const third = await console.submit(() => console.page.getByRole('button', { name: 'Run again' }).click());
  await console.hasStatus(/Succeeded/);
  expect([first, second]).not.toContain(third);
  await console.page.getByRole('button', { name: 'Edit a copy' }).click();
  expect(new URL(console.page.url()).pathname).toBe('/');
  expect(await console.editor.textContent()).toContain('the first');
});

test('the first moment tells what it waits for', async () => {
  await using busy = await openService({ WARM: 'javascript=1,python=0', MAX_RUNNING: '1' });
  await using console = await ConsolePage.open(suite.browser, busy.url);
  const running = await console.run(TICKER);
  await console.shows('ticks', (text) => ticks(text).length > 0);
  await console.run("console.log('at last')");
  await console.hasStatus(/Queued.*number 1 in the queue/);
  await console.photograph('queued');
  await cancel(busy.url, running);
  await console.shows('its turn', (text) => text.includes('at last'));
});

test('an id that is not there, and a page that is not there, are told', async () => {
  const path = '/executions/01a22e38-a5bf-715f-9277-6a0e28db28d3';
  await using console = await suite.open({ path });
  await console.page.getByText(/There is no execution with|Expected the id of an execution/).waitFor();
  await console.page.goto(`${suite.url}/executions/latest`);
  await console.page.getByText('got "latest"').waitFor();
});
