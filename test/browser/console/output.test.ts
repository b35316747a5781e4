import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { until } from '../../service/support/until.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=0,javascript=1' });

const PAUSE = 'const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));\n';
/** Programs write their own escape character, so that none stands in the editor. */
const print = (text: string): string =>
  `Deno.stdout.writeSync(new TextEncoder().encode(${JSON.stringify(text)}));\n`;

test('colours, overwritten lines and stderr look as on a terminal', async () => {
  await using console = await suite.open();
  await console.run(
    `${print('\u001b[32mgreen\u001b[0m\n10%\r20%\nabc\b\bX\n')}await new Promise((resolve) => setTimeout(resolve, 200));\nconsole.error('to stderr');`,
  );
  await console.hasStatus(/Succeeded/);
  expect(await console.rows()).toEqual(['green', '20%', 'aXc', 'to stderr', '']);
  const green = console.page.locator('.row span', { hasText: 'green' });
  const stderr = console.page.locator('.row .out-stderr');
  expect(await stderr.textContent()).toBe('to stderr');
  const colourOf = (element: typeof green): Promise<string> =>
    element.evaluate((node) => getComputedStyle(node).color);
  expect(new Set([await colourOf(green), await colourOf(stderr)]).size).toBe(2);
});

test('nothing that a program prints runs in the page', async () => {
  await using console = await suite.open();
  const hostile = [
    '<img src="none" onerror="document.title = 1">',
    '<script>document.title = 2</script>',
    '<a href="javascript:alert(1)">a link</a>',
    '<iframe srcdoc="x"></iframe>',
    '<style>body { display: none }</style>',
    '\u001b]0;a title\u0007',
    '\u001b]8;;https://elsewhere.example\u001b\\linked\u001b]8;;\u001b\\',
    '\u001b]52;c;c3RvbGVu\u0007',
    '\u001b]1337;File=inline=1:AAAA\u0007',
    '\u0000\u009b',
  ];
  const dialogs: string[] = [];
  console.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await console.run(print(`${hostile.join('\n')}\nend\n`));
  const text = await console.shows('the end', (shown) => shown.includes('end'));
  expect(text).toContain('<script>document.title = 2</script>');
  expect(text).toContain('␛]0;a title␇');
  expect(text).toContain('␛]52;c;c3RvbGVu␇');
  expect(await console.page.title()).toBe('Podline');
  const markup = console.page.locator('.terminal :is(img, script, a, iframe, style, input, object)');
  expect(await markup.count()).toBe(0);
  expect(dialogs).toEqual([]);
  expect(console.complaints).toEqual([]);
  expect(console.requested.some((url) => url.includes('elsewhere'))).toBe(false);
});

test('it follows the end until the reader scrolls, and again from there', async () => {
  await using console = await suite.open();
  await console.run(
    `${PAUSE}for (let line = 1; line <= 100000; line++) { console.log('line ' + line); if (line > 200) await pause(50); }`,
  );
  await console.shows('newer lines', (text) => /line 2[1-9]\d/.test(text));
  const terminal = console.page.getByRole('region', { name: 'Output of the program' });
  await terminal.hover();
  await console.page.mouse.wheel(0, -2000);
  const newest = console.page.getByRole('button', { name: 'Newest lines' });
  await newest.waitFor();
  const still = await terminal.evaluate((element) => element.scrollTop);
  const height = await terminal.evaluate((element) => element.scrollHeight);
  await until(
    'more was printed below',
    () => terminal.evaluate((element) => element.scrollHeight),
    (now) => now > height + 100,
  );
  expect(await terminal.evaluate((element) => element.scrollTop)).toBe(still);
  await newest.click();
  await newest.waitFor({ state: 'detached' });
  await until(
    'it is at the end',
    () =>
      terminal.evaluate(
        ({ scrollTop, clientHeight, scrollHeight }) => scrollHeight - scrollTop - clientHeight,
      ),
    (rest) => rest < 30,
  );
  await console.page.getByRole('button', { name: 'Cancel' }).click();
  await console.hasStatus(/Cancelled/);
});

test('the output is searched, copied and downloaded', async () => {
  await using console = await suite.open();
  const id = await console.run(
    `${print('\u001b[31mred\u001b[0m\n')}for (let line = 1; line <= 500; line++) console.log('line ' + line);`,
  );
  await console.hasStatus(/Succeeded/);
  const field = console.page.getByRole('searchbox', { name: 'Search the output' });
  await field.fill('LINE 4');
  await console.page.getByText('1 of 111', { exact: true }).waitFor();
  await console.shows('the first place', (text) => text.includes('line 4\n'));
  expect(await console.page.locator('mark.current').textContent()).toBe('line 4');
  await field.press('Shift+Enter');
  await console.page.getByText('111 of 111', { exact: true }).waitFor();
  await console.shows('the last place', (text) => text.includes('line 499'));
  await field.fill('nowhere');
  await console.page.getByText('not found').waitFor();

  await console.page.getByRole('button', { name: 'Copy' }).click();
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join('');
  await until(
    'the clipboard has it',
    () => console.page.evaluate(() => navigator.clipboard.readText()),
    (text) => text === `red\n${lines}`,
  );
  const downloading = console.page.waitForEvent('download');
  await console.page.getByRole('button', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`${id}.txt`);
  expect(await readFile(await download.path(), 'utf8')).toBe(`\u001b[31mred\u001b[0m\n${lines}`);
});

test('100,000 lines are drawn as a few rows, and scrolled from end to end', async () => {
  await using console = await suite.open();
  await console.run(
    `let text = ''; for (let line = 1; line <= 100000; line++) text += 'line ' + line + ' ${'.'.repeat(40)}\\n';\nconsole.log(text);`,
  );
  await console.shows('the last line', (text) => text.includes('line 100000 '));
  expect((await console.rows()).length).toBeLessThan(200);
  const terminal = console.page.getByRole('region', { name: 'Output of the program' });
  await terminal.press('Home');
  await console.shows('the first line', (text) => text.startsWith('line 1 '));
  await console.page.setViewportSize({ width: 700, height: 900 });
  await console.shows('the first line still', (text) => text.startsWith('line 1 '));
  await terminal.press('End');
  await console.shows('the last line again', (text) => text.includes('line 100000 '));
});
