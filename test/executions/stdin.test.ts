import { expect, test } from 'vitest';
import { STDIN_TOTAL_BYTES, STDIN_UNREAD_BYTES, STDIN_WRITE_BYTES } from '../../src/bounds.ts';
import {
  AlreadyEndedError,
  InvalidInputError,
  NotFoundError,
  StdinClosedError,
  StdinFullError,
  StdinOffsetError,
} from '../../src/executions/errors.ts';
import { anInput } from './records.ts';
import { openService } from './service.ts';

const OPEN = anInput({ stdinOpen: true });
const never = new AbortController().signal;

function aWrite(text: string, offset: number | null = null, end = false) {
  return { data: Buffer.from(text), offset, end };
}

test('what is written before and after the start reaches the runner, in order, and then its end', async () => {
  await using service = await openService();
  const { executions, runner, store } = service;
  const { id } = await executions.execute('anonymous', anInput({ stdinOpen: true, stdin: 'né' }));
  const run = await runner.next();
  run.start();
  const { input } = run.request;
  expect(input.isOpen).toBe(true);
  const pending = input.read(3, never);
  expect(await executions.writeStdin('anonymous', id, aWrite('one'))).toMatchObject({ stdinBytes: 6 });
  expect(await pending).toMatchObject({ data: Buffer.from('one'), end: false });
  await executions.writeStdin('anonymous', id, aWrite('two', 6));
  await executions.writeStdin('anonymous', id, aWrite('', null, true));
  expect(await input.read(4, never)).toMatchObject({ data: Buffer.from('netwo'), end: true });
  expect(await input.read(9, never)).toMatchObject({ data: new Uint8Array(), end: true });
  input.taken(6);
  await expect.poll(() => store.readStdin(id, 3, 9)).toEqual(Buffer.alloc(0));
  expect(await executions.get('anonymous', id)).toMatchObject({
    stdinBytes: 9,
    stdinClosed: true,
    stdinRead: 6,
  });
  run.end();
  await expect.poll(() => store.readStdin(id, 6, 9)).toEqual(Buffer.alloc(0));
});

test('a repetition of the last write changes nothing; another offset is refused with the right one', async () => {
  await using service = await openService();
  const { executions } = service;
  const { id } = await executions.execute('anonymous', OPEN);
  await executions.writeStdin('anonymous', id, aWrite('abc', 0));
  expect(await executions.writeStdin('anonymous', id, aWrite('abc', 0))).toMatchObject({ stdinBytes: 3 });
  for (const write of [aWrite('abd', 0), aWrite('x', 2), aWrite('x', 4), aWrite('abc', 0, true)]) {
    const error = await executions.writeStdin('anonymous', id, write).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(StdinOffsetError);
    expect(error).toMatchObject({ offset: 3 });
  }
  const end = aWrite('', 3, true);
  await executions.writeStdin('anonymous', id, end);
  expect(await executions.writeStdin('anonymous', id, end)).toMatchObject({ stdinClosed: true });
});

test('two writers without offsets lose nothing', async () => {
  await using service = await openService();
  const { executions, store } = service;
  const { id } = await executions.execute('anonymous', OPEN);
  await Promise.all(
    Array.from({ length: 8 }, (_, n) => executions.writeStdin('anonymous', id, aWrite(`[${n}]`))),
  );
  const text = Buffer.from(await store.readStdin(id, 0, 100)).toString();
  expect((text.match(/\[\d\]/g) ?? []).toSorted().join('')).toBe('[0][1][2][3][4][5][6][7]');
  expect(text).toHaveLength(24);
});

test('what cannot be written is refused, and nothing is recorded', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('key:alice', OPEN);
  const write = (text: string, more = {}) =>
    executions.writeStdin('key:alice', id, { ...aWrite(text), ...more }).catch((cause: unknown) => cause);
  expect(await write('x'.repeat(STDIN_WRITE_BYTES + 1))).toBeInstanceOf(InvalidInputError);
  await expect(executions.writeStdin('key:bob', id, aWrite('x'))).rejects.toBeInstanceOf(NotFoundError);
  await expect(executions.writeStdin('key:bob', 'unknown', aWrite('x'))).rejects.toBeInstanceOf(
    NotFoundError,
  );
  for (const data of [
    { text: 'a', encoding: 'BASE64' },
    { text: '\ud800', encoding: 'UTF8' },
  ] as const) {
    expect(await write('', { data })).toMatchObject({ code: 'INVALID_INPUT', field: 'data' });
  }
  expect(await executions.get('key:alice', id)).toMatchObject({ stdinBytes: 0, lastStdinWrite: null });

  const { id: closed } = await executions.execute('key:alice', anInput());
  await expect(executions.writeStdin('key:alice', closed, aWrite('x'))).rejects.toBeInstanceOf(
    StdinClosedError,
  );
  await write('', { end: true });
  expect(await write('x')).toBeInstanceOf(StdinClosedError);
  const run = await runner.next();
  run.start().end();
  await expect.poll(() => write('x')).toBeInstanceOf(AlreadyEndedError);
});

test('at most a mebibyte waits for the program, and it is told when to try again', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', OPEN);
  const piece = { data: Buffer.alloc(STDIN_WRITE_BYTES), offset: null, end: false };
  for (let written = 0; written < STDIN_UNREAD_BYTES; written += STDIN_WRITE_BYTES) {
    await executions.writeStdin('anonymous', id, piece);
  }
  const error = await executions.writeStdin('anonymous', id, piece).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(StdinFullError);
  expect(error).toMatchObject({ retryAfterMs: expect.any(Number) });
  expect(await executions.get('anonymous', id)).toMatchObject({ stdinBytes: STDIN_UNREAD_BYTES });
  const run = await runner.next();
  run.start().request.input.taken(STDIN_WRITE_BYTES);
  expect(await executions.writeStdin('anonymous', id, piece)).toMatchObject({
    stdinBytes: STDIN_UNREAD_BYTES + STDIN_WRITE_BYTES,
  });
});

test('no more than the bound of all stdin is taken', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', OPEN);
  const run = await runner.next();
  run.start();
  const piece = { data: Buffer.alloc(STDIN_WRITE_BYTES), offset: null, end: false };
  for (let written = STDIN_WRITE_BYTES; written <= STDIN_TOTAL_BYTES; written += STDIN_WRITE_BYTES) {
    await executions.writeStdin('anonymous', id, piece);
    run.request.input.taken(written);
  }
  await expect(executions.writeStdin('anonymous', id, aWrite('x'))).rejects.toThrow(/in all, got 33554433$/);
});

test('an interrupt reaches the runner, also one of before the start', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  const { id } = await executions.execute('anonymous', anInput());
  await executions.interrupt('anonymous', id);
  const run = await runner.next();
  run.start();
  expect(await run.request.input.interrupted(0, never)).toBe(1);
  const next = run.request.input.interrupted(1, never);
  await executions.interrupt('anonymous', id);
  expect(await next).toBe(2);
  await expect(executions.interrupt('key:bob', id)).rejects.toBeInstanceOf(NotFoundError);
  run.end();
  await expect
    .poll(() => executions.interrupt('anonymous', id).catch((cause: unknown) => cause))
    .toBeInstanceOf(AlreadyEndedError);
});

test('waits for input end with the run', async () => {
  await using service = await openService();
  const { executions, runner } = service;
  await executions.execute('anonymous', OPEN);
  const { input } = (await runner.next()).start().request;
  const stop = new AbortController();
  const waits = [input.read(0, stop.signal), input.interrupted(0, stop.signal)];
  stop.abort();
  expect(await Promise.all(waits)).toEqual([null, null]);
});
