import { expect, test } from 'vitest';
import { until } from '../../service/support/until.ts';
import { NotebookPage, openNotebook, PICTURE, TICKER, ticks } from '../support/notebook.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({
  WARM: 'python=1,javascript=1',
  MAX_SESSIONS: '200',
  MAX_SESSIONS_PER_CALLER: '200',
});

test('a session is made, cells see what those before left, and each kind of output stands in its cell', async () => {
  await using console = await suite.open({ path: '/sessions' });
  const form = console.page.getByRole('form', { name: 'New session' });
  expect(await form.getByRole('combobox', { name: 'Language' }).locator('option').allTextContents()).toEqual([
    'Python',
    'JavaScript',
    'TypeScript',
  ]);
  await form.getByRole('textbox', { name: /Idle limit \(s\), 1 to 86400/ }).fill('0.5');
  await form.getByRole('button', { name: 'New session' }).click();
  await console.page.getByText('Idle limit: expected 1 to 86400 s, got 0.5.').waitFor();
  await form.getByRole('textbox').fill('600');
  await form.getByRole('button', { name: 'New session' }).click();
  const notebook = new NotebookPage(console);
  await notebook.editor.waitFor();
  await notebook.run('x = 41');
  await notebook.run('x + 1', 'ControlOrMeta+Enter');
  await notebook.shows(1, 'the sum', (text) => text === '42\n' || text === '42');
  await notebook.says(0, /\[1\] main Succeeded/);
  await notebook.says(1, /\[2\] main Succeeded/);
  await notebook.run(PICTURE);
  await notebook.shows(2, 'its last line', (text) => /before\n[\s\S]*red <b>after<\/b>/.test(text));
  const cell = notebook.cells.nth(2);
  const picture = cell.getByRole('img', { name: 'Displayed by the program' });
  await picture.waitFor();
  expect(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(200);
  const frame = cell.locator('.displayed iframe');
  expect(await frame.getAttribute('sandbox')).toBe('');
  await frame.contentFrame().getByRole('cell', { name: '9', exact: true }).waitFor();
  await notebook.run('def f():\n    return 1 / 0\nf()');
  await notebook.says(3, /\[4\] main Failed exit code 1/);
  await notebook.shows(
    3,
    'the traceback',
    (text) => text.includes('ZeroDivisionError') && text.includes('<cell 4>'),
  );
  await notebook.run('x');
  await notebook.shows(4, 'that variables stay', (text) => text.startsWith('41'));
  expect(await console.page.title()).toBe('Podline');
  await notebook.head.getByText('Idle', { exact: true }).waitFor();
  await notebook.head.getByText(/^main 5 cells$/).waitFor();
  await notebook.head.getByText(/^ends in \d+ min \d+ s unless used$/).waitFor();
  // That the sandboxed frame runs nothing is told by the browser as an error.
  expect(console.complaints.filter((line) => !line.includes('frame is sandboxed'))).toEqual([]);
  const { host } = new URL(suite.url);
  expect(console.requested.filter((url) => !url.startsWith('blob:') && new URL(url).host !== host)).toEqual(
    [],
  );
});

test('contexts are apart, and a fresh process has none of their variables', async () => {
  await using notebook = await openNotebook(suite);
  const { page } = notebook.console;
  await notebook.run('x = "of main"');
  await page.getByRole('combobox', { name: 'Runs in' }).selectOption({ label: 'another context…' });
  await page.getByRole('textbox', { name: 'Name of the context' }).fill('no/name');
  await notebook.write('x');
  await page.keyboard.press('Shift+Enter');
  await page.getByRole('alert').getByText('context: expected letters').waitFor();
  await page.getByRole('textbox', { name: 'Name of the context' }).fill('side');
  await notebook.run('"x" in globals()');
  await notebook.shows(1, 'that there is none', (text) => text.startsWith('False'));
  await notebook.says(1, /\[1\] side Succeeded/);
  // Known now, so it can be chosen.
  await page.getByRole('combobox', { name: 'Runs in' }).selectOption({ label: 'a fresh process' });
  await notebook.run('print("x" in globals())');
  await notebook.shows(2, 'that it is a fresh one', (text) => text.startsWith('False'));
  await notebook.says(2, /\[–\] fresh process Succeeded/);
  await page.getByRole('combobox', { name: 'Runs in' }).selectOption('main');
  await notebook.run('x');
  await notebook.shows(3, 'the first one', (text) => text.includes('of main'));
  await page.getByRole('list', { name: 'Contexts' }).getByText('side').waitFor();
});

test('a cell that asks is answered, one that goes on is interrupted with its variables, and what waits is cancelled', async () => {
  await using notebook = await openNotebook(suite);
  await notebook.run('name = input("Who? ")\nprint("Hello,", name)');
  const line = notebook.cells.nth(0).getByRole('textbox', { name: 'Input for the program' });
  await line.fill('Ada');
  await line.press('Enter');
  await notebook.says(0, /\[1\] main Succeeded/);
  await notebook.shows(0, 'the answer', (text) => text.startsWith('Who? Ada\nHello, Ada'));
  await notebook.run(TICKER);
  await notebook.shows(1, 'ticks', (text) => ticks(text).length > 2);
  await notebook.says(1, /\[\*\] main Running/);
  await notebook.run('"waits"');
  await notebook.run('"waits longer"');
  await notebook.says(2, /Queued number 1 in the queue/);
  await notebook.says(3, /Queued number 2 in the queue/);
  await notebook.button(2, 'Cancel').click();
  await notebook.says(2, /\[–\] main Cancelled/);
  await notebook.button(1, 'Interrupt').click();
  await notebook.says(1, /\[2\] main Succeeded/);
  await notebook.shows(1, 'that it was told', (text) => text.includes('stopped'));
  await notebook.shows(3, 'its turn', (text) => text.includes('waits longer'));
  await notebook.says(3, /\[3\] main Succeeded/);
  await notebook.run('name');
  await notebook.shows(4, 'that variables stay', (text) => text.includes('Ada'));
});

test('lost state is said at the cell after which it was lost', async () => {
  await using notebook = await openNotebook(suite);
  await notebook.run('x = 1');
  await notebook.says(0, /Succeeded/);
  await notebook.run(
    'while True:\n    try:\n        while True: pass\n    except KeyboardInterrupt:\n        print("no")',
  );
  await notebook.says(1, /Running/);
  await notebook.button(1, 'Cancel').click();
  await notebook.says(1, /\[2\] main Cancelled.* The variables of context main are lost\./);
  await notebook.cells.nth(1).getByText('The next cell in main begins with none.').waitFor();
  await notebook.head.getByText('variables lost').waitFor();
  await notebook.run('"x" in globals()');
  await notebook.shows(2, 'that it is gone', (text) => text.startsWith('False'));
  await notebook.head.getByText('variables lost').waitFor({ state: 'detached' });
  // It stays said at the cell, of whatever comes after it.
  await notebook.console.page.reload();
  await notebook.says(1, /The variables of context main are lost\./);
  await notebook.says(2, /\[3\] main Succeeded/);
});

test('a reload in the middle and another browser see the same cells live, with no gap', async () => {
  await using first = await openNotebook(suite);
  await first.run('1 + 1');
  await first.run(TICKER);
  await first.shows(1, 'ticks', (text) => ticks(text).length > 2);
  await first.write('# not sent yet');
  await first.console.page.reload();
  await until(
    'what was written is there',
    () => first.editor.textContent(),
    (text) => text === '# not sent yet',
  );
  await using other = await suite.open({ path: `/sessions/${first.id}`, colorScheme: 'dark' });
  const second = new NotebookPage(other);
  for (const notebook of [first, second]) {
    await notebook.shows(0, 'the first cell', (text) => text.startsWith('2'));
    await notebook.shows(1, 'many ticks', (text) => (ticks(text).at(-1) ?? 0) >= 30);
    await notebook.cells
      .nth(1)
      .getByRole('region', { name: /^Output of/ })
      .press('Home');
    const numbers = ticks(await notebook.shows(1, 'the first tick', (text) => /^tick 1$/m.test(text)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  }
  await second.button(1, 'Interrupt').click();
  await first.says(1, /Succeeded/);
  // While it is idle and while it is busy: what one submits the other sees.
  await second.run('"from the other"');
  await first.shows(2, 'the cell of the other', (text) => text.includes('from the other'));
  await first.run(TICKER);
  await second.run('"behind it"');
  await first.says(4, /Queued/);
  await second.says(3, /Running/);
  await first.button(3, 'Interrupt').click();
  await first.shows(4, 'its turn', (text) => text.includes('behind it'));
});

test('a cell is run again, edited as a copy, opened by itself and found again from there', async () => {
  await using notebook = await openNotebook(suite);
  const { page } = notebook.console;
  await notebook.run('import random\ncount = globals().get("count", 0) + 1\ncount');
  await notebook.shows(0, 'one', (text) => text.startsWith('1'));
  await notebook.button(0, 'Run again').click();
  await notebook.shows(1, 'two', (text) => text.startsWith('2'));
  await notebook.button(0, 'Edit a copy').click();
  await until(
    'the copy is in the editor',
    () => notebook.editor.textContent(),
    (text) => text?.includes('import random') === true,
  );
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(' * 10');
  await page.keyboard.press('Shift+Enter');
  await notebook.shows(2, 'three times ten', (text) => text.startsWith('30'));
  await notebook.cells.nth(1).getByRole('link', { name: 'Open' }).click();
  await notebook.console.hasStatus(/Succeeded/);
  await page.getByText('context main').waitFor();
  // Run again there is once more in its session.
  await page.getByRole('button', { name: 'Run again' }).click();
  await notebook.console.shows('four', (text) => text.startsWith('4'));
  await page.getByRole('link', { name: 'Its session' }).click();
  await notebook.shows(3, 'four', (text) => text.startsWith('4'));
});
