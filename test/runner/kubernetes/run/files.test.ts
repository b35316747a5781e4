import { describe, expect, it } from 'vitest';
import type { RunRequest } from '../../../../src/executions/run.ts';
import { end, out } from '../session/scripted-launcher.ts';
import { adoptionOf, ID, REQUEST } from './scripted-pod.ts';
import { type BegunRun, EVICTED, Stage } from './stage.ts';

const play = new Stage();
const WANTED: RunRequest = { ...REQUEST, outputFiles: ['**'] };
const KiB = 1024;

type Entry = { readonly path: string; readonly bytes?: unknown; readonly problem?: unknown };

/** What the launcher tells of, and the content of its files by their paths; without one it says nothing to a `read`. */
let entries: readonly Entry[] = [];
let contents: { readonly [path: string]: Buffer } = {};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Responds as a launcher does that gives `page` entries and `part` bytes at once. */
function respond(line: string, { page = 2, part = 10_000 } = {}): void {
  const [word, id, ...numbers] = line.split(' ');
  const [index = 0, from = 0, to = 0] = numbers.map(Number);
  const { script } = play.pod;
  if (word === 'files') {
    const some = entries.slice(index, index + page);
    script.send({ type: 'files', id, from: index, total: entries.length, entries: some });
  } else if (word === 'read') {
    const content = contents[entries[index]?.path ?? ''];
    if (content === undefined) return;
    for (let at = from; at < to; ) {
      const data = content.subarray(at, Math.min(to, at + part));
      script.send({ type: 'file', id, index, at, d: base64(data) });
      if (data.length === 0) return;
      at += data.length;
    }
  }
}

/** A program that has run and left these. */
async function left(all: readonly Entry[], of: { readonly [path: string]: Buffer } = {}): Promise<BegunRun> {
  entries = all;
  contents = of;
  const run = await play.begin(WANTED);
  const { script } = play.pod;
  const given = script.onCommand;
  script.onCommand = (line) => (/^(files|read) /.test(line) ? respond(line) : given(line));
  return run;
}

const text = (value: string): Buffer => Buffer.from(value);
const reasons = (): readonly string[] =>
  play.observer.files.omitted.map(({ path, reason }) => `${path}: ${reason}`);
const requests = (): string[] => play.pod.script.commands.filter((line) => /^(files|read) /.test(line));

describe('files that a program leaves in its pod', () => {
  it('are taken between its end and the outcome', async () => {
    const large = Buffer.alloc(1100 * KiB, 'abcdefg');
    const run = await left(
      [
        { path: 'l', problem: 'link' },
        { path: 'a', bytes: 3 },
        { path: 'empty', bytes: 0 },
        { path: 'large', bytes: large.length },
        { path: 'shrunk', bytes: 9 },
      ],
      { a: text('abc'), large, shrunk: text('ab') },
    );
    expect(JSON.parse(play.pod.script.commands[0]?.split(' ').slice(4).join(' ') ?? '')).toMatchObject({
      outputFiles: ['**'],
    });
    play.pod.script.send(out(1, 'x'), end(1, { files: 5 }));
    expect(await run.end).toMatchObject({ reason: 'EXITED', exitCode: 0 });
    expect(play.observer.files.paths).toEqual(['a', 'empty', 'large', 'shrunk']);
    expect((await play.observer.files.content('large')).equals(large)).toBe(true);
    expect((await play.observer.files.content('shrunk')).toString()).toBe('ab');
    expect(reasons()).toEqual(['l: It is a symbolic link, not a regular file.']);
    expect(requests()).toEqual([
      `files ${ID} 0`,
      `read ${ID} 1 0 3`,
      `files ${ID} 2`,
      `read ${ID} 3 0 ${512 * KiB}`,
      `read ${ID} 3 ${512 * KiB} ${1024 * KiB}`,
      `read ${ID} 3 ${1024 * KiB} ${1100 * KiB}`,
      `files ${ID} 4`,
      `read ${ID} 4 0 9`,
    ]);
  });

  it('are not asked for when there are none, none are wanted, or nothing has run', async () => {
    const none = await left([]);
    play.pod.script.send(end(0, { files: 0 }));
    await none.end;
    expect(requests()).toEqual([]);
    expect(reasons()).toEqual([]);
  });

  it('are not asked for of a program that was not compiled', async () => {
    const run = await left([]);
    play.pod.script.send(
      end(0, { cause: 'compile', compile: { exitCode: 1, durationMs: 1, problem: null }, files: 0 }),
    );
    expect(await run.end).toMatchObject({ reason: 'COMPILE_FAILED' });
    expect(requests()).toEqual([]);
  });

  it('that are still being looked for are waited for', async () => {
    const run = await left([{ path: 'a', bytes: 1 }], { a: text('a') });
    play.pod.script.send(end(0, { files: null }));
    await run.end;
    expect(play.observer.files.paths).toEqual(['a']);
  });

  it('of a launcher that knows nothing of them, or was being removed, are listed as not kept', async () => {
    const old = await left([]);
    play.pod.script.send(end(0));
    await old.end;
    expect(reasons()).toEqual(['…: Its pod was started by a version of the server that keeps no files.']);
  });

  it('of a pod that was being removed are listed as gone', async () => {
    const run = await left([]);
    play.pod.script.send(end(0, { cause: 'terminated', files: 1 }));
    play.pod.become({ state: 'terminating', ...EVICTED });
    expect(await play.within(3000, run.end)).toMatchObject({ reason: 'EVICTED' });
    expect(reasons()).toEqual(['…: Its pod was being removed, and its files with it.']);
  });

  it('go on over the next stream where the one before was cut', async () => {
    const content = Buffer.alloc(16_000, 'abcdefg');
    const run = await left([{ path: 'a', bytes: content.length }], { a: content });
    const { script } = play.pod;
    let cuts = 0;
    script.onCommand = (line) => {
      const [, id, , from, to] = line.split(' ');
      if (!line.startsWith('read ') || cuts === 2) return respond(line);
      const half = Math.floor((Number(from) + Number(to)) / 2);
      cuts += 1;
      script.send({
        type: 'file',
        id,
        index: 0,
        at: Number(from),
        d: base64(content.subarray(Number(from), half)),
      });
      script.stream.close();
    };
    script.send(end(0, { files: 1 }));
    expect(await play.within(2000, run.end)).toMatchObject({ reason: 'EXITED' });
    expect(cuts).toBe(2);
    expect((await play.observer.files.content('a')).equals(content)).toBe(true);
    expect(requests()).toEqual([
      `files ${ID} 0`,
      `read ${ID} 0 0 16000`,
      `read ${ID} 0 8000 16000`,
      `read ${ID} 0 12000 16000`,
    ]);
  });

  it('are asked for again when nothing comes, and given up after a minute', async () => {
    const run = await left([
      { path: 'a', bytes: 5 },
      { path: 'b', bytes: 5 },
    ]);
    play.pod.script.send(end(0, { files: 2 }));
    expect(await play.within(59_000, run.end)).toBe('pending');
    expect(requests().filter((line) => line === `read ${ID} 0 0 5`).length).toBeGreaterThan(20);
    expect(await play.within(2000, run.end)).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.files.paths).toEqual([]);
    expect(reasons()).toEqual([
      'a: Looking for files and reading them took too long.',
      '…: 1 more: Looking for files and reading them took too long.',
    ]);
  });

  it('end with their pod', async () => {
    const run = await left([
      { path: 'a', bytes: 5 },
      { path: 'b', bytes: 5 },
    ]);
    play.pod.script.send(end(0, { files: 2 }));
    expect(await play.within(100, run.end)).toBe('pending');
    play.pod.become({ state: 'ended', ...EVICTED });
    expect(await run.end).toMatchObject({ reason: 'EXITED' });
    expect(reasons()).toEqual([
      'a: Its pod ended before its files could be taken.',
      '…: 1 more: Its pod ended before its files could be taken.',
    ]);
  });

  it('of a pod that ends without an end are listed as gone', async () => {
    const run = await left([]);
    play.pod.exit();
    play.pod.become({ state: 'ended', reason: 'OUT_OF_MEMORY', message: 'The pod had too little memory.' });
    expect(await play.within(100, run.end)).toMatchObject({ reason: 'OUT_OF_MEMORY' });
    expect(reasons()).toEqual(['…: Its pod ended before its files could be taken.']);
  });

  it('of a program that was cancelled are taken when its launcher reports the end late, or given up soon', async () => {
    const run = await left([{ path: 'a', bytes: 1 }], { a: text('a') });
    play.stop.abort('CANCELLED');
    expect(await play.within(2000, run.end)).toBe('pending');
    play.pod.script.send(end(0, { cause: 'cancelled', files: 1 }));
    expect(await run.end).toMatchObject({ reason: 'CANCELLED' });
    expect(play.observer.files.paths).toEqual(['a']);
  });

  it('of a program that was cancelled are given up when its launcher reports nothing', async () => {
    const run = await left([]);
    play.stop.abort('CANCELLED');
    expect(await play.within(6000, run.end)).toMatchObject({ reason: 'CANCELLED' });
    expect(reasons()).toEqual(['…: Looking for files and reading them took too long.']);
  });

  it.each([
    ['interrupted', () => play.stop.abort('INTERRUPTED')],
    ['lost', () => play.stop.abort('LOST')],
    ['closing', () => play.closing.abort()],
  ])('are left to another process when this one goes: %s', async (_, goes) => {
    const run = await left([{ path: 'a', bytes: 5 }]);
    play.pod.script.send(end(0, { files: 1 }));
    expect(await play.within(100, run.outcome)).toBe('pending');
    goes();
    expect(await run.outcome).toEqual({ kind: 'detached' });
  });

  it('are taken by a process that adopts the execution, from the beginning', async () => {
    entries = [{ path: 'a', bytes: 1 }];
    contents = { a: text('a') };
    play.replacePod(3);
    const { script } = play.pod;
    Object.assign(script, { state: 'ended', id: ID, last: 3 });
    script.onCommand = respond;
    script.onRequest = () => script.send(end(3, { files: 1 }));
    const adoption = adoptionOf({ after: 3 });
    const wanted = { ...adoption, execution: { ...adoption.execution, outputFiles: ['**'] } };
    expect(await play.adopt(wanted)).toMatchObject({ reason: 'EXITED' });
    expect(play.observer.files.paths).toEqual(['a']);
  });
});

describe('a program that lies through its launcher', () => {
  it('sends what was not asked for: nothing of it counts', async () => {
    const run = await left([{ path: 'a', bytes: 6 }]);
    const { script } = play.pod;
    script.onCommand = (line) => {
      if (line.startsWith('files ')) return respond(line);
      const file = { type: 'file', id: ID, index: 0 };
      script.send(
        { ...file, id: 'other', at: 0, d: base64(text('lies')) },
        { ...file, index: 1, at: 0, d: base64(text('lies')) },
        { ...file, at: 3, d: base64(text('lies')) },
        { ...file, at: 0, d: 'a' },
        { ...file, at: 0 },
        { ...file, at: 0, problem: 'NO NAME' },
        { type: 'files', id: ID, from: 0, total: 1, entries: [] },
        { ...file, at: 0, d: base64(text('abc')) },
        { ...file, at: 0, d: base64(text('abc')) },
        // More than was asked for.
        { ...file, at: 3, d: base64(text('defghi')) },
        { ...file, at: 9, d: base64(text('jkl')) },
      );
    };
    script.send(end(0, { files: 1 }));
    await run.end;
    expect((await play.observer.files.content('a')).toString()).toBe('abcdef');
  });

  it('tells of paths and problems that cannot be, and of files without end', async () => {
    const run = await left([
      { path: '../a', bytes: 1 },
      { path: '/etc/passwd', bytes: 1 },
      { path: 'a', bytes: 2 ** 40 },
      { path: 'b', problem: 'constructor' },
      { path: 'c', bytes: 1 },
    ]);
    play.pod.script.onCommand = (line) => {
      const from = Number(line.split(' ')[2]);
      if (line.startsWith('read ')) {
        play.pod.script.send({ type: 'file', id: ID, index: from, at: 0, problem: 'whatever' });
        return;
      }
      const more = Array.from({ length: 100 }, (_, n) => ({ path: `more-${from}-${n}`, problem: 'link' }));
      play.pod.script.send({
        type: 'files',
        id: ID,
        from,
        total: 2 ** 50,
        entries: from === 0 ? entries : more,
      });
    };
    play.pod.script.send(end(0, { files: 5 }));
    await run.end;
    expect(play.observer.files.paths).toEqual([]);
    const { omitted } = play.observer.files;
    expect(omitted.slice(0, 5).map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      '../a: Its path is one with .. in it.',
      '/etc/passwd: Its path is an absolute one.',
      `a: It has ${2 ** 40} bytes; at most ${32 * KiB * KiB} bytes of an execution's files are kept, in all.`,
      'b: It could not be read.',
      'c: It could not be read.',
    ]);
    expect(omitted).toHaveLength(101);
  });

  it('tells of what is no entry: it is asked again, and given up', async () => {
    const run = await left([{ path: 'x'.repeat(600), bytes: 1 }]);
    play.pod.script.send(end(0, { files: 1 }));
    expect(await play.within(61_000, run.end)).toMatchObject({ reason: 'EXITED' });
    expect(reasons()).toEqual(['…: Looking for files and reading them took too long.']);
  });
});
