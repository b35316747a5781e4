import { describe, expect, test } from 'vitest';
import { RESPONSE_BYTES } from '../../src/bounds.ts';
import { OutputMissingError } from '../../src/executions/errors.ts';
import type { Chunk } from '../../src/executions/output/chunk.ts';
import { contextOf, errorsOf, executionOf, fakeOutput, ID, run } from './fake.ts';

const PLAIN = `{ execution(id: "${ID}") {
  id status endReason message exitCode signal language code args labels { name value }
  limits { timeoutMs memoryMb cpuMillis outputBytes } createdAt startedAt finishedAt queuePosition
  stdinOpen stdinBytes stdinClosed
  usage { wallMs cpuMs maxMemoryMb } runner { kind job pod node warm }
} }`;

const CHUNKS: Chunk[] = [
  { seq: 4, stream: 'STDOUT', text: 'a\n', at: 0 },
  { seq: 5, stream: 'STDERR', text: 'b\n', at: 1 },
];

describe('Execution', () => {
  test('gives the record, and loads nothing for it', async () => {
    const ended = executionOf({
      status: 'FAILED',
      endReason: 'TIMED_OUT',
      message: 'too long',
      signal: 'SIGKILL',
      finishedAt: Date.UTC(2026, 2, 1, 12, 0, 31),
      usage: { wallMs: 30_000, cpuMs: null, maxMemoryMb: 12.5 },
      stdinOpen: true,
      stdinBytes: 7,
      stdinClosed: false,
    });
    const { data, errors } = await run(PLAIN, contextOf({ get: async () => ended }));
    expect(errors).toBeUndefined();
    expect(data?.execution).toEqual({
      id: ID,
      status: 'FAILED',
      endReason: 'TIMED_OUT',
      message: 'too long',
      exitCode: null,
      signal: 'SIGKILL',
      language: 'python',
      code: 'print(1)',
      args: ['a', 'b'],
      labels: [{ name: 'team', value: 'red' }],
      limits: { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 1_000_000 },
      createdAt: '2026-03-01T12:00:00.007Z',
      startedAt: '2026-03-01T12:00:01.000Z',
      finishedAt: '2026-03-01T12:00:31.000Z',
      queuePosition: null,
      stdinOpen: true,
      stdinBytes: 7,
      stdinClosed: true,
      usage: { wallMs: 30_000, cpuMs: null, maxMemoryMb: 12.5 },
      runner: { kind: 'embedded', job: null, pod: null, node: null, warm: true },
    });
  });

  test.each([1e12, -1e12, Number.MAX_VALUE, 0.4])(
    'shows a record whose figures no Int holds: %d',
    async (figure) => {
      const forged = executionOf({
        status: 'FAILED',
        exitCode: figure,
        usage: { wallMs: figure, cpuMs: figure, maxMemoryMb: figure },
      });
      const query = '{ executions { edges { node { exitCode usage { wallMs cpuMs maxMemoryMb } } } } }';
      const { data, errors } = await run(query, contextOf({ list: async () => [forged, executionOf()] }));
      expect(errors).toBeUndefined();
      const shown = Math.round(Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), figure)));
      expect(data?.executions).toMatchObject({
        edges: [
          { node: { exitCode: shown, usage: { wallMs: shown, cpuMs: shown, maxMemoryMb: figure } } },
          { node: { usage: null } },
        ],
      });
    },
  );

  test('says why it waits while it is queued, as it is now', async () => {
    const context = contextOf({
      get: async () => executionOf({ status: 'QUEUED', message: 'stored', runner: null }),
      message: async () => 'Waits for its turn.',
    });
    const { data } = await run(`{ execution(id: "${ID}") { message } }`, context);
    expect(data).toEqual({ execution: { message: 'Waits for its turn.' } });
  });

  test('asks for its place in the queue while it is queued', async () => {
    const context = contextOf({
      get: async () => executionOf({ status: 'QUEUED', runner: null }),
      queuePosition: async () => 3,
    });
    const { data } = await run(`{ execution(id: "${ID}") { queuePosition runner { kind } } }`, context);
    expect(data).toEqual({ execution: { queuePosition: 3, runner: null } });
  });

  test('gives the text of both streams and of each', async () => {
    const streams: unknown[] = [];
    const context = contextOf({
      get: async () => executionOf(),
      output: fakeOutput({
        summary: async () => ({ bytes: 4, truncated: true }),
        text: async (_execution, stream) => {
          streams.push(stream);
          return `${stream ?? 'both'}`;
        },
      }),
    });
    const source = `{ execution(id: "${ID}") {
      output error: output(stream: STDERR) null: output(stream: null) outputBytes outputTruncated
    } }`;
    const { data } = await run(source, context);
    expect(data?.execution).toEqual({
      output: 'both',
      error: 'STDERR',
      null: 'both',
      outputBytes: 4,
      outputTruncated: true,
    });
    expect(streams).toEqual([undefined, 'STDERR', undefined]);
  });

  test('pages its chunks', async () => {
    const asked: number[] = [];
    const context = contextOf({
      get: async () => executionOf(),
      output: fakeOutput({
        page: async (_execution, first, after) => {
          asked.push(first, after);
          return { chunks: CHUNKS.filter(({ seq }) => seq > after), hasMore: after < 5 };
        },
      }),
    });
    const page = 'chunks { seq stream text at } cursor hasMore';
    const source = `{ execution(id: "${ID}") { chunks { ${page} } last: chunks(first: 1000, after: 5) { ${page} } } }`;
    const { data } = await run(source, context);
    expect(asked).toEqual([100, 0, 1000, 5]);
    expect(data?.execution).toEqual({
      chunks: {
        chunks: [
          { seq: 4, stream: 'STDOUT', text: 'a\n', at: '1970-01-01T00:00:00.000Z' },
          { seq: 5, stream: 'STDERR', text: 'b\n', at: '1970-01-01T00:00:00.001Z' },
        ],
        cursor: 5,
        hasMore: true,
      },
      last: { chunks: [], cursor: 5, hasMore: false },
    });
  });

  test.each([
    ['first: 0', 'Expected `first` to be 1 to 1000, got 0.'],
    ['first: 1001', 'Expected `first` to be 1 to 1000, got 1001.'],
    ['after: -1', 'Expected `after` to be 0 or more, got -1.'],
  ])('refuses chunks(%s)', async (args, message) => {
    const context = contextOf({ get: async () => executionOf() });
    const result = await run(`{ execution(id: "${ID}") { chunks(${args}) { cursor } } }`, context);
    expect(errorsOf(result)).toEqual([{ code: 'BAD_USER_INPUT', message }]);
  });

  test('says when output is missing', async () => {
    const context = contextOf({
      get: async () => executionOf(),
      output: fakeOutput({
        summary: async () => ({ bytes: 1, truncated: false }),
        text: () => Promise.reject(new OutputMissingError('removed while it was read')),
      }),
    });
    const result = await run(`{ execution(id: "${ID}") { output } }`, context);
    expect(errorsOf(result)).toEqual([{ code: 'OUTPUT_MISSING', message: 'removed while it was read' }]);
  });

  test('stops loading before a response gets too large, and counts each request anew', async () => {
    let loaded = 0;
    const context = contextOf({
      list: async () => [1, 2, 3].map(() => executionOf()),
      output: fakeOutput({
        summary: async () => ({ bytes: RESPONSE_BYTES / 2, truncated: false }),
        text: async () => `${++loaded}`,
      }),
    });
    const result = await run('{ executions { edges { node { output } } } }', context);
    expect(errorsOf(result)).toEqual([
      { code: 'BAD_USER_INPUT', message: expect.stringContaining(`got ${RESPONSE_BYTES * 1.5}`) },
    ]);
    expect(loaded).toBe(2);
    const again = await run('{ executions(first: 2) { edges { node { output } } } }', context);
    expect(errorsOf(again)).toEqual([]);
  });
});

test('arguments count in a response', async () => {
  const args = ['x'.repeat(RESPONSE_BYTES / 2)];
  const context = contextOf({ list: async () => [1, 2, 3].map(() => executionOf({ args })) });
  const result = await run('{ executions { edges { node { args } } } }', context);
  expect(errorsOf(result)).toEqual([
    { code: 'BAD_USER_INPUT', message: expect.stringContaining(`got ${RESPONSE_BYTES * 1.5}`) },
  ]);
});

describe('Query.execution', () => {
  const source = 'query($id: ID!) { execution(id: $id) { id } }';

  test('is null for an unknown id, of any UUID version', async () => {
    const context = contextOf({ get: async () => null });
    const id = '00000000-0000-0000-0000-000000000000';
    expect(await run(source, context, { id })).toEqual({ data: { execution: null } });
  });

  test.each(['', 'x', ID.toUpperCase().replace('0198', 'ABCD'), `${ID}\n`, 'y'.repeat(500)])(
    'is null with an error for %j',
    async (id) => {
      const result = await run(source, contextOf(), { id });
      expect(result.data).toEqual({ execution: null });
      const [error] = errorsOf(result);
      expect(error?.code).toBe('BAD_USER_INPUT');
      expect(error?.message).toContain(`got ${JSON.stringify(id).slice(0, 64)}`);
      expect(error?.message.length).toBeLessThan(150);
    },
  );

  test('nobody may not', async () => {
    expect(errorsOf(await run(source, contextOf({}, null), { id: ID }))[0]?.code).toBe('UNAUTHENTICATED');
  });
});
