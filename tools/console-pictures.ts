import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/browser/support/chromium.ts';
import { ConsolePage } from '../test/browser/support/console.ts';
import { NotebookPage, newSession, submitCell } from '../test/browser/support/notebook.ts';
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

const CELLS = [
  'import math\nwave = [math.sin(n / 12) for n in range(240)]\nf"{len(wave)} points from {min(wave):.2f} to {max(wave):.2f}"',
  `class Plot:
    def _repr_svg_(self):
        points = " ".join(f"{n * 2},{60 - 50 * y:.1f}" for n, y in enumerate(wave))
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="120"><polyline points="{points}" fill="none" stroke="#1c6b46" stroke-width="2"/></svg>'
Plot()`,
  'peaks = [n for n in range(1, 239) if wave[n - 1] < wave[n] > wave[n + 1]]\nprint("\\033[32mpeaks at\\033[0m", peaks)',
];

const service = await openService({ WARM: 'python=1,javascript=1' });
const browser = await launchChromium();
try {
  await using console = await ConsolePage.open(browser, service.url, SIZE);
  await takeRun(console);
  await takeSession();
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

/** A session with some cells, one of which displays a picture. */
async function takeSession(): Promise<void> {
  const id = await newSession(service.url);
  for (const cell of CELLS) await submitCell(service.url, id, cell);
  await using console = await ConsolePage.open(browser, service.url, {
    ...SIZE,
    height: 860,
    path: `/sessions/${id}`,
  });
  const notebook = new NotebookPage(console);
  await notebook.says(2, /\[3\] main Succeeded/);
  await notebook.cells.nth(1).getByRole('img').waitFor();
  await notebook.write('wave.count(0.0)');
  await console.page.evaluate(() => scrollTo(0, 0));
  await console.page.screenshot({ path: `${PICTURES}console-session.png` });
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
