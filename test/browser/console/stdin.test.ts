import { expect, test } from 'vitest';
import { until } from '../../service/support/until.ts';
import type { ConsolePage } from '../support/console.ts';
import { consoleSuite } from '../support/suite.ts';

const suite = consoleSuite({ WARM: 'python=1,javascript=1' });

const input = (console: ConsolePage) => console.page.getByRole('textbox', { name: 'Input for the program' });
const button = (console: ConsolePage, name: string) =>
  console.page.getByRole('button', { name, exact: true });

test('a program that asks is answered, over a reload, until input is ended', async () => {
  await using console = await suite.open();
  await console.run(
    'import sys\nname = input("Who are you? ")\nprint("Hello,", name)\nprint(len(sys.stdin.read()), "more")',
    'python',
  );
  await console.shows('the question', (text) => text.includes('Who are you? '));
  await input(console).fill('Ada');
  await input(console).press('Enter');
  await console.shows('the answer to it', (text) => text.startsWith('Who are you? Ada\nHello, Ada'));
  expect(await console.page.locator('.row .out-echo').textContent()).toBe('Ada');
  expect(await input(console).inputValue()).toBe('');
  await console.page.reload();
  // What was typed is no part of the output.
  await console.shows('what was printed', (text) => text.startsWith('Who are you? Hello, Ada'));
  await input(console).fill('two\nlines, and ü');
  await input(console).press('Enter');
  await input(console).fill('no line end');
  await input(console).press('Control+d');
  await console.hasStatus(/Succeeded/);
  expect((await console.rows()).join('\n')).toContain('no line end\n28 more');
  expect(await input(console).count()).toBe(0);
  // The focus is not lost with the line.
  expect(await console.page.evaluate(() => document.activeElement?.className)).toBe('terminal');
});

test('a second viewer writes too, and neither gets between the lines of the other unseen', async () => {
  await using first = await suite.open();
  const id = await first.run(
    'import time\nprint("ready")\nlines = [input(), input()]\ntime.sleep(600)',
    'python',
  );
  await first.shows('that it reads', (text) => text.includes('ready'));
  await using second = await suite.open({ path: `/executions/${id}` });
  await second.shows('that it reads', (text) => text.includes('ready'));
  await input(first).fill('one');
  await button(first, 'Send').click();
  await input(second).fill('two');
  await input(second).press('Enter');
  await second.page.getByRole('alert').getByText('somebody else wrote').waitFor();
  await second.photograph('stdin-offset');
  expect(await input(second).inputValue()).toBe('two');
  await input(second).press('Enter');
  await second.page.getByRole('alert').waitFor({ state: 'detached' });
  await button(second, 'End input').click();
  await input(first).fill('three');
  await input(first).press('Enter');
  await first.page.getByRole('alert').getByText('Not sent: input was ended.').waitFor();
  await input(first).waitFor({ state: 'detached' });
  await button(first, 'Cancel').click();
  await first.hasStatus(/Cancelled/);
});

test('a program that does not read is told of, and gets everything when it does', async () => {
  await using console = await suite.open();
  await console.run(
    `console.log('busy');
const busy = setInterval(() => {}, 1000);
process.on('SIGINT', async () => {
  let bytes = 0;
  for await (const piece of process.stdin) bytes += piece.length;
  console.log(bytes);
  clearInterval(busy);
});`,
  );
  await console.shows('that it is busy', (text) => text.includes('busy'));
  for (const _ of [1, 2]) {
    await input(console).fill('x'.repeat(799_999));
    // The page, too, keeps no more than 1 MiB that waits to be sent.
    await until(
      'it is taken',
      async () => {
        await input(console).press('Enter');
        return input(console).inputValue();
      },
      (left) => left === '',
    );
  }
  await console.page.getByRole('alert').getByText('has not read what was sent before').waitFor();
  await button(console, 'End input').click();
  await button(console, 'Interrupt').click();
  await console.hasStatus(/Succeeded/);
  expect((await console.rows()).join('\n')).toContain('1600000');
});

test('Ctrl-C in the line interrupts, as the button does', async () => {
  await using console = await suite.open();
  await console.run(
    `import time
for turn in range(2):
    try:
        print("works", turn)
        time.sleep(600)
    except KeyboardInterrupt:
        print("caught", turn)`,
    'python',
  );
  await console.shows('that it works', (text) => text.includes('works 0'));
  await input(console).press('Control+c');
  await console.shows('the first', (text) => text.includes('works 1'));
  await button(console, 'Interrupt').click();
  await console.hasStatus(/Succeeded/);
  expect(await console.rows()).toEqual(['works 0', 'caught 0', 'works 1', 'caught 1', '']);
});

test('with text under Standard input it ends behind that, unless asked otherwise', async () => {
  await using console = await suite.open();
  const section = console.page.locator('details', {
    has: console.page.locator('summary', { hasText: 'Standard input' }),
  });
  await section.locator('summary').click();
  const open = section.getByRole('checkbox');
  expect(await open.isChecked()).toBe(true);
  await section.getByRole('textbox').fill('given ');
  expect(await open.isChecked()).toBe(false);
  const program = 'import sys\nprint(sys.stdin.read().split())';
  await console.run(program, 'python');
  await console.hasStatus(/Succeeded/);
  expect(await console.rows()).toEqual(["['given']", '']);
  await open.check();
  await console.run(program, 'python');
  await input(console).fill('typed');
  await button(console, 'End input').click();
  await console.shows('both', (text) => text.includes("['given', 'typed']"));
});
