import { expect, test } from 'vitest';
import type { ConsolePage } from '../support/console.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=1,javascript=1' });

const section = (console: ConsolePage, title: string) =>
  console.page.locator('details', { has: console.page.locator('summary', { hasText: title }) });

async function openSection(console: ConsolePage, title: string) {
  const found = section(console, title);
  await found.locator('summary').click();
  return found;
}

/** Drops files on the page as a file manager does. */
async function drop(console: ConsolePage, files: Record<string, string | number>): Promise<void> {
  const transfer = await console.page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const [name, content] of Object.entries(given)) {
      const data = typeof content === 'number' ? new Uint8Array(content) : content;
      made.items.add(new File([data], name));
    }
    return made;
  }, files);
  for (const type of ['dragover', 'drop']) {
    await console.page.dispatchEvent('main', type, { dataTransfer: transfer });
  }
}

test('arguments, standard input, environment, labels and dropped files reach the program', async () => {
  await using console = await suite.open();
  await (await openSection(console, 'Arguments')).getByRole('textbox').fill('one\ntwo words');
  await (await openSection(console, 'Standard input')).getByRole('textbox').fill('from stdin');
  const environment = await openSection(console, 'Environment');
  await environment.getByRole('button', { name: 'Add variable' }).click();
  await environment.getByRole('textbox', { name: 'Name of variable 1' }).fill('GREETING');
  await environment.getByRole('textbox', { name: 'Value of variable 1' }).fill('hello');
  const labels = await openSection(console, 'Labels');
  await labels.getByRole('button', { name: 'Add label' }).click();
  await labels.getByRole('textbox', { name: 'Name of label 1' }).fill('team');
  await labels.getByRole('textbox', { name: 'Value of label 1' }).fill('blue');
  await drop(console, { 'data.csv': 'a,b\n1,2\n' });
  await openSection(console, 'Files');
  expect(await console.page.getByRole('textbox', { name: 'Path of file 1' }).inputValue()).toBe('data.csv');

  const program =
    'import os, sys\nprint(sys.argv[1:], sys.stdin.read(), os.environ["GREETING"], open("data.csv").read())\n';
  const id = await console.run(program, 'python');
  await console.shows('all of it', (text) => text.includes("['one', 'two words'] from stdin hello a,b\n1,2"));
  await console.page.goto(`${suite.url}/executions?label=team%3Dblue`);
  await console.page.locator(`tbody a[href="/executions/${id}"]`).waitFor();
});

test('files that are too large are refused with the bound, and can be dropped anew', async () => {
  await using console = await suite.open();
  await drop(console, { 'large.bin': 5 * 1024 * 1024 });
  const refusal = console.page.getByRole('alert').filter({ hasText: 'large.bin' });
  expect(await refusal.textContent()).toContain('large.bin: expected at most 4 MiB, got 5 MiB.');
  await console.photograph('too-large');
  await drop(console, { 'small.bin': 5 });
  await refusal.waitFor({ state: 'detached' });
  expect(await section(console, 'Files').locator('summary').textContent()).toContain('small.bin');
});

test('limits are shown with their bounds, and one beyond them is named', async () => {
  await using console = await suite.open();
  await console.write("console.log('never')");
  const limits = await openSection(console, 'Limits');
  const time = limits.getByRole('textbox', { name: 'Time (s)' });
  expect(await time.getAttribute('placeholder')).toBe('30');
  await limits.getByText('0.1 to 3600').waitFor();
  await time.fill('7200');
  await console.page.getByRole('button', { name: 'Run', exact: true }).click();
  await console.page.getByRole('alert').getByText('Time: expected 0.1 to 3600 s, got 7200.').waitFor();
  expect(await time.getAttribute('aria-invalid')).toBe('true');
  await console.photograph('limit-refused');
  await time.fill('0.5');
  await console.run('for (;;);');
  await console.hasStatus(/Failed.*time limit reached/);
});

test('what the server refuses is told at its field', async () => {
  await using console = await suite.open();
  const environment = await openSection(console, 'Environment');
  await environment.getByRole('button', { name: 'Add variable' }).click();
  await environment.getByRole('textbox', { name: 'Name of variable 1' }).fill('1st');
  await console.page.getByRole('button', { name: 'Run', exact: true }).click();
  await environment.locator('.failure').getByText('env[0].name: expected an identifier').waitFor();
});

test('a program that is too large is refused with the bound', async () => {
  await using console = await suite.open();
  await console.write(`//${'x'.repeat(1024 * 1024)}`);
  await console.page.getByRole('button', { name: 'Run', exact: true }).click();
  await console.page.getByText('Program: expected at most 1 MiB, got 1.0 MiB.').waitFor();
});

/** Types what the example asks for. */
async function answer(console: ConsolePage, example: string): Promise<void> {
  const line = console.page.getByRole('textbox', { name: 'Input for the program' });
  if (example === 'Counting words') {
    await line.fill('to be or not to be');
    await line.press('Control+d');
  }
  if (example !== 'A number to guess') return;
  await console.shows('the question', (text) => text.endsWith('? '));
  for (let [low, high, said] = [1, 101, '']; !said.includes('Right'); ) {
    const guess = Math.floor((low + high) / 2);
    await line.fill(String(guess));
    await line.press('Enter');
    said = await console.shows('what came of it', (text) =>
      new RegExp(`\\? ${guess}\\n(higher|lower|Right)`).test(text),
    );
    if (said.includes(`? ${guess}\nhigher`)) low = guess + 1;
    else high = guess;
  }
}

test('every example does something, and another language brings its own', async () => {
  await using console = await suite.open();
  const language = console.page.getByRole('combobox', { name: 'Language' });
  const examples = console.page.getByRole('combobox', { name: 'Examples' });
  for (const name of ['python', 'javascript', 'typescript']) {
    await language.selectOption(name);
    for (const example of (await examples.locator('option').allTextContents()).slice(1)) {
      await examples.selectOption(example);
      await console.submit(() => console.page.keyboard.press('Control+Enter'));
      await answer(console, example);
      await console.hasStatus(/Succeeded/);
      await console.shows('more than a line', (text) => text.trim().includes('\n'));
    }
  }
});

test('a program that is being written outlives a reload and a look elsewhere', async () => {
  await using console = await suite.open();
  await console.write("console.log('kept')");
  await console.page.getByRole('link', { name: 'Server' }).click();
  await console.page.reload();
  await console.page.getByRole('link', { name: 'Program' }).click();
  expect(await console.editor.textContent()).toContain('kept');
});
