import { expect, it } from 'vitest';
import { CLEAR_LINE } from '../../../src/cli/terminal/pipe.ts';
import { openStatusLine } from '../../../src/cli/terminal/status-line.ts';
import { capture } from '../support/shell.ts';

it('shows one line, moves its sign, and takes it away', async () => {
  const pipe = capture(true);
  const line = openStatusLine(pipe);
  line.show('queued');
  await pipe.printed('⠙ queued');
  expect(pipe.text.startsWith(`${CLEAR_LINE}⠋ queued`)).toBe(true);
  line.show('starting');
  await pipe.printed('starting');
  await line.clear();
  expect(pipe.text.endsWith(CLEAR_LINE)).toBe(true);
  expect(pipe.text).not.toContain('\n');
  const { text } = pipe;
  await line.clear();
  expect(pipe.text).toBe(text);
});

it('fits into the terminal, and shows control characters written out', async () => {
  const pipe = capture(true);
  const line = openStatusLine(pipe);
  line.show(`\u001b[31m${'x'.repeat(200)}`);
  await pipe.printed('⠋');
  await line.clear();
  const shown = pipe.text.split(CLEAR_LINE)[1] ?? '';
  expect(shown.length).toBeLessThan(pipe.columns);
  expect(shown).toMatch(/^⠋ \\u001b\[31mx+$/);
});

it('begins on a line of its own', async () => {
  const pipe = capture(true);
  const line = openStatusLine(pipe);
  line.show('lost', '\n');
  await pipe.printed('lost');
  await line.clear();
  expect(pipe.text.startsWith(`\n${CLEAR_LINE}`)).toBe(true);
});

it('prints nothing where there is no terminal', async () => {
  const pipe = capture(false);
  const line = openStatusLine(pipe);
  line.show('queued');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await line.clear();
  expect(pipe.text).toBe('');
});
