import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StdinReader } from '../../../src/cli/terminal/stdin.ts';

async function rest(reader: StdinReader): Promise<string> {
  return Buffer.concat(await Array.fromAsync(reader.pieces())).toString();
}

test('what has ended in time is whole', async () => {
  const source = new PassThrough();
  source.write('20\n');
  source.end('37\n');
  const whole = await new StdinReader(source).whole(5000, 100);
  expect(whole?.toString()).toBe('20\n37\n');
});

test('what came before, between and after waiting for the end is in the pieces, once and in order', async () => {
  const source = new PassThrough();
  const reader = new StdinReader(source);
  source.write('before ');
  expect(await reader.whole(20, 100)).toBeNull();
  // Nobody reads now, as while the program is submitted.
  source.write('between ');
  await sleep(20);
  const pieces = rest(reader);
  source.end('after');
  expect(await pieces).toBe('before between after');
});

test('more than the limit is not whole', async () => {
  const source = new PassThrough();
  const reader = new StdinReader(source);
  source.write('x'.repeat(200));
  expect(await reader.whole(5000, 100)).toBeNull();
  source.end('y');
  expect(await rest(reader)).toBe(`${'x'.repeat(200)}y`);
});

test('a failure between is told to whoever reads next', async () => {
  const source = new PassThrough();
  const reader = new StdinReader(source);
  expect(await reader.whole(20, 100)).toBeNull();
  source.destroy(new Error('gone'));
  await sleep(20);
  await expect(rest(reader)).rejects.toThrow('gone');
});
