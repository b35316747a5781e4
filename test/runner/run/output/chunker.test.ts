import { describe, expect, test } from 'vitest';
import { CHUNK_BYTES, EARLY_CHUNKS, GATHER_LONG_MS, GATHER_MS } from '../../../../src/bounds.ts';
import type { Chunk, TextStream } from '../../../../src/executions/output/chunk.ts';
import { Chunker } from '../../../../src/runner/run/output/chunker.ts';
import { ManualClock } from './clock.ts';

const FOREVER_MS = 10 * GATHER_LONG_MS;

function open({ outputBytes = 1e9, output = (_: readonly Chunk[]): void | Promise<void> => undefined } = {}) {
  const clock = new ManualClock();
  const batches: (readonly Chunk[])[] = [];
  const failures: unknown[] = [];
  let limits = 0;
  const chunker = new Chunker({
    outputBytes,
    clock,
    output(chunks) {
      batches.push(chunks);
      return output(chunks);
    },
    limitReached: () => {
      limits += 1;
    },
    failed: (cause) => failures.push(cause),
  });
  return {
    clock,
    chunker,
    batches,
    failures,
    limits: () => limits,
    print: (text: string, stream: TextStream = 'STDOUT') => chunker.push(stream, Buffer.from(text)),
    chunks: () => batches.flat(),
    texts: () => batches.flat().map(({ text }) => text),
    textOf: (stream: TextStream) =>
      batches
        .flat()
        .filter((chunk) => chunk.stream === stream)
        .map(({ text }) => text)
        .join(''),
  };
}

describe('when chunks go out', () => {
  test('the first whole line at once', () => {
    const { print, texts } = open();
    print('one\n');
    expect(texts()).toEqual(['one\n']);
  });

  test('in time also when the clock is set back meanwhile', () => {
    const { print, texts, clock } = open();
    print('one\n');
    print('two\n');
    print('part', 'STDERR');
    clock.setBack(3_600_000);
    clock.pass(2 * GATHER_MS);
    expect(texts()).toEqual(['one\n', 'two\n', 'part']);
    print('three\n');
    clock.pass(GATHER_MS);
    expect(texts().at(-1)).toBe('three\n');
  });

  test('lines that follow within the gathering time together at its end', () => {
    const { print, texts, clock } = open();
    print('one\n');
    print('two\n');
    clock.pass(GATHER_MS - 1);
    print('three\n');
    expect(texts()).toEqual(['one\n']);
    clock.pass(1);
    expect(texts()).toEqual(['one\n', 'two\nthree\n']);
  });

  test('text without a newline after the gathering time', () => {
    const { print, texts, clock } = open();
    print('name? ');
    clock.pass(GATHER_MS - 1);
    expect(texts()).toEqual([]);
    clock.pass(1);
    expect(texts()).toEqual(['name? ']);
  });

  test('a line read in two parts stays one chunk', () => {
    const { print, texts, clock } = open();
    print('half a ');
    clock.pass(GATHER_MS / 2);
    print('line\n');
    clock.pass(FOREVER_MS);
    expect(texts()).toEqual(['half a line\n']);
  });

  test('a full chunk without waiting', () => {
    const { print, chunks } = open();
    print('start\n');
    print(`${'x'.repeat(CHUNK_BYTES - 1)}\n`.repeat(2));
    expect(chunks().map(({ text }) => text.length)).toEqual([6, CHUNK_BYTES, CHUNK_BYTES]);
  });

  test('no early chunks left: gathered for the long time', () => {
    const { print, chunks, clock, batches } = open();
    for (let index = 0; index < EARLY_CHUNKS; index++) {
      print('tick\n');
      clock.pass(GATHER_MS);
    }
    expect(chunks()).toHaveLength(EARLY_CHUNKS);
    for (let index = 0; index < 100; index++) {
      print('tock\n');
      clock.pass(GATHER_MS);
    }
    expect(batches.length).toBeLessThanOrEqual(EARLY_CHUNKS + Math.ceil((100 * GATHER_MS) / GATHER_LONG_MS));
    clock.pass(GATHER_LONG_MS);
    expect(
      chunks()
        .slice(EARLY_CHUNKS)
        .map(({ text }) => text)
        .join(''),
    ).toBe('tock\n'.repeat(100));
  });

  test('nothing waits once all was handed out', () => {
    const { print, clock } = open();
    print('one\ntwo');
    clock.pass(FOREVER_MS);
    expect(clock.waiting).toBe(0);
  });
});

describe('what chunks hold', () => {
  test('both streams in the order they were read, with the time of their first byte', async () => {
    const { print, chunks, chunker, clock } = open();
    const start = clock.now();
    print('a\n');
    clock.pass(1);
    print('b\n', 'STDERR');
    clock.pass(1);
    print('c\n');
    await chunker.end();
    expect(chunks()).toEqual([
      { seq: 1, stream: 'STDOUT', text: 'a\n', at: start },
      { seq: 2, stream: 'STDERR', text: 'b\n', at: start + 1 },
      { seq: 3, stream: 'STDOUT', text: 'c\n', at: start + 2 },
    ]);
  });

  test('whole lines, where a chunk is full', async () => {
    const { print, texts, chunker } = open();
    const line = `${'é'.repeat(99)}\n`;
    print(line.repeat(1000));
    await chunker.end();
    expect(texts().length).toBeGreaterThan(10);
    for (const text of texts()) expect(text.endsWith('\n')).toBe(true);
    expect(texts().join('')).toBe(line.repeat(1000));
  });

  test('a line longer than a chunk, parted between code points', async () => {
    const { print, chunks, textOf, chunker } = open();
    const line = `a${'😀'.repeat(50_000)}`;
    print(line);
    await chunker.end();
    expect(textOf('STDOUT')).toBe(line);
    for (const { text } of chunks()) {
      expect(text.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(CHUNK_BYTES);
    }
  });

  test('a byte order mark and NUL as they are', async () => {
    const { print, textOf, chunker } = open();
    print('\uFEFFa\0b\n');
    await chunker.end();
    expect(textOf('STDOUT')).toBe('\uFEFFa\0b\n');
  });

  test('half a character at the end as U+FFFD', async () => {
    const { chunker, textOf } = open();
    chunker.push('STDERR', Buffer.from('é').subarray(0, 1));
    await chunker.end();
    expect(textOf('STDERR')).toBe('\uFFFD');
  });
});

describe('any split of the bytes into reads', () => {
  const sample = Buffer.concat([
    Buffer.from('plain\nünï😀cödé\n\n'),
    Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0x0a, 0xed, 0xa0, 0x80]),
    Buffer.from('漢字\r\n'.repeat(3000)),
    Buffer.from('no newline at the end 😀'.repeat(1500)),
  ]);

  test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))('gives the same text (%i)', async (seed) => {
    const random = randomNumbers(seed);
    const { chunker, clock, chunks, textOf } = open();
    const streams = { STDOUT: sample, STDERR: sample.subarray(0, random(sample.length)) };
    const read = { STDOUT: 0, STDERR: 0 };
    while (read.STDOUT < streams.STDOUT.length || read.STDERR < streams.STDERR.length) {
      const stream = random(2) === 0 ? 'STDOUT' : 'STDERR';
      const end = read[stream] + random(random(4) === 0 ? 40_000 : 12);
      chunker.push(stream, streams[stream].subarray(read[stream], end));
      read[stream] = Math.min(end, streams[stream].length);
      clock.pass(random(GATHER_MS * 2));
    }
    await chunker.end();
    expect(textOf('STDOUT')).toBe(streams.STDOUT.toString());
    expect(textOf('STDERR')).toBe(streams.STDERR.toString());
    expect(chunks().map(({ seq }) => seq)).toEqual(chunks().map((_, index) => index + 1));
    expect(chunks().every(({ text }) => text !== '' && Buffer.byteLength(text) <= CHUNK_BYTES)).toBe(true);
  });
});

describe('the output limit', () => {
  test('is not reached by exactly as many bytes', async () => {
    const { print, chunker, texts, limits } = open({ outputBytes: 4 });
    print('abc\n');
    await chunker.end();
    expect(texts()).toEqual(['abc\n']);
    expect({ truncated: chunker.truncated, limits: limits() }).toEqual({ truncated: false, limits: 0 });
  });

  test('keeps what fits, cut between code points, and nothing after', async () => {
    const { print, chunker, texts, limits, clock } = open({ outputBytes: 6 });
    print('ab😀😀\n');
    print('more\n');
    clock.pass(FOREVER_MS);
    await chunker.end();
    expect(texts()).toEqual(['ab😀']);
    expect({ truncated: chunker.truncated, limits: limits() }).toEqual({ truncated: true, limits: 1 });
  });

  test('counts both streams, and U+FFFD as the three bytes it is stored as', async () => {
    const { print, chunker, textOf } = open({ outputBytes: 8 });
    print('abcd\n', 'STDERR');
    chunker.push('STDOUT', Buffer.from([0xff, 0xff]));
    await chunker.end();
    expect(textOf('STDERR')).toBe('abcd\n');
    expect(textOf('STDOUT')).toBe('\uFFFD');
    expect(chunker.truncated).toBe(true);
  });
});

describe('what is displayed', () => {
  const display = { parts: [{ mediaType: 'text/html', data: '<b>', isBase64: false }], isResult: true };

  test('comes behind all that was printed before, on either stream, and is a chunk of its own', async () => {
    const { print, chunker, chunks } = open();
    print('one\ntail');
    print('error', 'STDERR');
    chunker.display(display, 'plain');
    chunker.display(display, '');
    print('after\n');
    await chunker.end();
    expect(chunks().map(({ seq, stream, text }) => [seq, stream, text])).toEqual([
      [1, 'STDOUT', 'one\n'],
      [2, 'STDOUT', 'tail'],
      [3, 'STDERR', 'error'],
      [4, 'DISPLAY', 'plain'],
      [5, 'DISPLAY', ''],
      [6, 'STDOUT', 'after\n'],
    ]);
    expect(chunks()[3]?.display).toEqual(display);
  });

  test('counts for the output limit with all its parts, and is never parted', async () => {
    const { print, chunker, texts, limits } = open({ outputBytes: 12 });
    print('abcd');
    chunker.display(display, 'plain');
    chunker.display(display, 'plain');
    print('more');
    await chunker.end();
    expect(texts()).toEqual(['abcd', 'plain']);
    expect({ truncated: chunker.truncated, limits: limits() }).toEqual({ truncated: true, limits: 1 });
  });
});

describe('an observer that is not done', () => {
  test('gets nothing more until it is, then all in order', async () => {
    const gate = Promise.withResolvers<void>();
    const { print, texts, chunker, clock } = open({
      output: ([first]) => (first?.seq === 1 ? gate.promise : undefined),
    });
    print('one\n');
    expect(chunker.waiting).not.toBeNull();
    print('two\n');
    print('three');
    clock.pass(FOREVER_MS);
    expect(texts()).toEqual(['one\n']);
    gate.resolve();
    await chunker.end();
    expect(texts().join('')).toBe('one\ntwo\nthree');
  });

  test('that fails ends it and is reported once', async () => {
    const { print, texts, chunker, failures } = open({ output: () => Promise.reject(new Error('no store')) });
    print('one\n');
    await chunker.waiting;
    print('two\n');
    await chunker.end();
    expect(texts()).toEqual(['one\n']);
    expect(failures).toEqual([new Error('no store')]);
  });
});

/** Numbers from 0 up to a bound, the same for the same seed. */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed * 2_654_435_761;
  return (bound) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
