import { test } from 'vitest';
import { until } from '../../service/support/until.ts';
import { consoleSuite } from '../support/suite.ts';
import { expectUsable, expectUsableInAll, VARIANTS } from '../support/variants.ts';

const suite = consoleSuite({ WARM: 'python=0,javascript=1' });

const PROGRAM = `console.log('\\x1b[1mTotals\\x1b[0m \\x1b[32mok\\x1b[0m \\x1b[31mbad\\x1b[0m \\x1b[33mhm\\x1b[0m \\x1b[34mblue\\x1b[0m');
for (let line = 1; line < 9; line++) console.log('line ' + line, '=> '.repeat(line));
console.error('a warning');
process.exit(3);
`;

test('nothing serious is in the way on any page, in any window, light or dark', async () => {
  await using console = await suite.open();
  const look = (name: string): Promise<void> => expectUsableInAll(console, name);
  const limits = console.page.locator('summary', { hasText: 'Limits' });
  await limits.click();
  await console.page.getByText('0.1 to 3600').waitFor();
  await look('new');
  await limits.click();
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
  // Opened in each window, not brought to its size.
  for (const variant of VARIANTS) {
    await using other = await suite.open({ path: `/executions/${id}`, ...variant });
    await other.hasStatus(/Failed/);
    await expectUsable(other, 'old', variant);
  }
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
