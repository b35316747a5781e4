import { execFileSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPipe, ReaderGoneError } from '../../../src/cli/terminal/pipe.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podline-pipe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes bytes as they are and knows where a line starts', async () => {
  const file = join(folder, 'out');
  const descriptor = openSync(file, 'w');
  const pipe = openPipe(descriptor, false);
  expect(pipe.atLineStart).toBe(true);
  await pipe.write('a\r\u0000ü🙂');
  expect(pipe.atLineStart).toBe(false);
  await pipe.write('');
  await pipe.write('\n');
  expect(pipe.atLineStart).toBe(true);
  closeSync(descriptor);
  expect(readFileSync(file)).toEqual(Buffer.from('a\r\u0000ü🙂\n'));
});

it('waits for a reader that is slow, and leaves the event loop free meanwhile', async () => {
  const { readEnd, writeEnd } = openFifo();
  const text = 'x'.repeat(300_000);
  let written = false;
  const writing = openPipe(writeEnd, false)
    .write(text)
    .then(() => {
      written = true;
    });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(written).toBe(false);
  let read = 0;
  for await (const part of createReadStream('', { fd: readEnd })) {
    read += part.length;
    if (read === text.length) break;
  }
  await writing;
  expect(written).toBe(true);
  closeSync(writeEnd);
});

it('tells when the reader is gone', async () => {
  const { readEnd, writeEnd } = openFifo();
  closeSync(readEnd);
  await expect(openPipe(writeEnd, false).write('x')).rejects.toThrow(ReaderGoneError);
  closeSync(writeEnd);
});

/** A pipe with both its ends in this process. */
function openFifo(): { readEnd: number; writeEnd: number } {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Opening one end waits for the other; opened for both, it does not.
  const both = openSync(fifo, 'r+');
  const readEnd = openSync(fifo, 'r');
  const writeEnd = openSync(fifo, 'w');
  closeSync(both);
  return { readEnd, writeEnd };
}
