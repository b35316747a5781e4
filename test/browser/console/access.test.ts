import { expect, test } from 'vitest';
import { until } from '../../service/support/until.ts';
import { obstacles } from '../support/obstacles.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=0,javascript=1' });

const WIDTHS = [1280, 768, 390];
const PROGRAM = `console.log('\\x1b[1mTotals\\x1b[0m \\x1b[32mok\\x1b[0m \\x1b[31mbad\\x1b[0m \\x1b[33mhm\\x1b[0m \\x1b[34mblue\\x1b[0m');
for (let line = 1; line < 9; line++) console.log('line ' + line, '=> '.repeat(line));
console.error('a warning');
process.exit(3);
`;

test.each(
  WIDTHS.flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => [width, colorScheme] as const)),
)('nothing serious is in the way at %i px, %s', async (width, colorScheme) => {
  await using console = await suite.open({ width, height: 820, colorScheme });
  // What differs by theme is the same at every width.
  const isChecked = colorScheme === 'light' || width === WIDTHS[0];
  const look = async (name: string): Promise<void> => {
    await console.photograph(`${name}-${width}-${colorScheme}`);
    if (isChecked) expect(await obstacles(console.page)).toEqual([]);
    const overflow = await console.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  };
  await console.page.locator('summary', { hasText: 'Limits' }).click();
  await console.page.getByText('0.1 to 3600').waitFor();
  await look('new');
  await console.page.locator('summary', { hasText: 'Limits' }).click();
  const id = await console.run(PROGRAM);
  await console.hasStatus(/Failed.*exit code 3/);
  await console.page.getByRole('searchbox').fill('line');
  await look('run');
  await console.page.getByRole('button', { name: 'As curl' }).click();
  await look('curl');
  await console.page.keyboard.press('Escape');
  await console.run(
    "console.log('Ready.\\nYour name? '); await new Promise((go) => process.stdin.once('data', go));",
  );
  await console.page.getByRole('textbox', { name: 'Input for the program' }).fill('Ada');
  await console.shows('the question', (text) => text.includes('Your name?'));
  await look('asks');
  await console.page.keyboard.press('Escape');
  await console.page.getByRole('button', { name: 'Cancel' }).click();
  await console.page.goto(`${suite.url}/executions`);
  await console.page.locator(`tbody a[href="/executions/${id}"]`).waitFor();
  await look('list');
  await console.page.goto(`${suite.url}/server`);
  await console.page.getByText('no threads').waitFor();
  await look('server');
  await using other = await suite.open({
    path: `/executions/${id}`,
    width,
    height: 820,
    colorScheme,
  });
  await other.hasStatus(/Failed/);
  await other.photograph(`old-${width}-${colorScheme}`);
  if (isChecked) expect(await obstacles(other.page)).toEqual([]);
});

test('everything is reached and done by the keyboard, and said to a screen reader', async () => {
  await using console = await suite.open();
  const { page } = console;
  const tabTo = async (name: string): Promise<void> => {
    const focused = () =>
      page.evaluate(() => {
        const outer = document.activeElement;
        const element = outer?.shadowRoot?.activeElement ?? outer;
        return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      });
    await until(
      `${name} has the focus`,
      async () => {
        await page.keyboard.press('Tab');
        return focused();
      },
      (text) => text === name,
    );
  };
  await tabTo('Language');
  await page.keyboard.press('j');
  await tabTo('Program');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type("console.log('typed');await new Promise((r) => setTimeout(r, 600000)");
  await page.keyboard.press('Control+Enter');
  await console.shows('the line', (text) => text.includes('typed'));
  const said = page.getByRole('status');
  await said.getByText('Running').waitFor();
  // Tab alone indents.
  await page.keyboard.press('Escape');
  await tabTo('Cancel');
  await page.keyboard.press('Enter');
  await said.getByText('Cancelled').waitFor();
  await tabTo('Output of the program');
});
