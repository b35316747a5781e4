import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/browser/support/chromium.ts';
import { ConsolePage } from '../test/browser/support/console.ts';
import { openService } from '../test/service/support/service.ts';

// `node tools/console-pictures.ts` takes the pictures of docs/console.md and README anew: real screens of a service of its own.

const PICTURES = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const SIZE = { width: 1280, height: 660 };

const OTHERS: readonly { readonly code: string; readonly language: string; readonly label: string }[] = [
  { language: 'python', code: 'print(sum(range(1000)))', label: 'nightly' },
  { language: 'typescript', code: 'console.log(6 * 7 as number)', label: 'nightly' },
  { language: 'python', code: 'raise SystemExit(3)', label: 'exercise-4' },
  { language: 'javascript', code: 'console.log("done")', label: 'exercise-4' },
  { language: 'javascript', code: 'for (;;);', label: 'exercise-5' },
  { language: 'python', code: 'import time\ntime.sleep(600)', label: 'exercise-5' },
];

const service = await openService({ WARM: 'python=1,javascript=1' });
const browser = await launchChromium();
try {
  await using console = await ConsolePage.open(browser, service.url, SIZE);
  await takeRun(console);
  for (const { code, language, label } of OTHERS) await submit(code, language, label);
  await using list = await ConsolePage.open(browser, service.url, {
    ...SIZE,
    path: '/executions',
    colorScheme: 'dark',
  });
  await list.page.getByText('time limit reached').waitFor();
  await list.page.screenshot({ path: `${PICTURES}console-list.png` });
} finally {
  await browser.close();
  await service[Symbol.asyncDispose]();
}

/** A program that asks, and is answered. */
async function takeRun(console: ConsolePage): Promise<void> {
  const { page } = console;
  await page.getByRole('combobox', { name: 'Examples' }).selectOption('A number to guess');
  await console.submit(() => page.getByRole('button', { name: 'Run', exact: true }).click());
  const line = page.getByRole('textbox', { name: 'Input for the program' });
  for (const [turn, guess] of ['50', '25', 'seven', '62', '70'].entries()) {
    await console.shows('a question', (text) => text.split('Your guess? ').length === turn + 2);
    await line.fill(guess);
    if (turn < 4) await line.press('Enter');
  }
  await page.screenshot({ path: `${PICTURES}console-run.png` });
  await page.getByRole('button', { name: 'End input' }).click();
}

async function submit(code: string, language: string, label: string): Promise<void> {
  const labels = [{ name: 'task', value: label }];
  const variables = { input: { code, language, labels, limits: { timeoutMs: 1500 } } };
  const query = 'mutation ($input: ExecuteInput!) { execute(input: $input) { __typename } }';
  await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
}
