import { afterEach, describe, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { NotFoundError, OutputMissingError, StoreUnavailableError } from '../../src/executions/errors.ts';
import type { Execution } from '../../src/executions/execution.ts';
import type { OutputBatch } from '../../src/executions/output/follow.ts';
import { anInput } from '../executions/records.ts';
import { openService } from '../executions/service.ts';
import { shared } from '../executions/shared-records.ts';
import { contextOf, errorsOf, executionOf, ID, run, watch, watching } from './fake.ts';

const OUTPUT = `subscription { output(id: "${ID}", after: 3) {
  chunks { seq stream text at } cursor ended execution { id status endReason }
} }`;
const STATUS = `subscription { execution(id: "${ID}") { status } }`;

const batch: OutputBatch = {
  chunks: [{ seq: 4, stream: 'STDERR', text: 'hi\n', at: 0 }],
  cursor: 4,
  ended: false,
  execution: executionOf(),
};
const last: OutputBatch = {
  chunks: [],
  cursor: 4,
  ended: true,
  execution: executionOf({ status: 'SUCCEEDED', endReason: 'EXITED' }),
};

/** A source as the domain's: gives what it has, then stays silent until `return()` settles the waiting `next()`. */
function silentAfter<T>(...values: T[]) {
  const waiting = Promise.withResolvers<void>();
  const returned = Promise.withResolvers<IteratorReturnResult<undefined>>();
  const source: AsyncIterableIterator<T> = {
    next() {
      const value = values.shift();
      if (value !== undefined) return Promise.resolve({ done: false, value });
      waiting.resolve();
      return returned.promise;
    },
    return() {
      returned.resolve({ done: true, value: undefined });
      return returned.promise;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { source, waiting: waiting.promise, returned: returned.promise };
}

async function* given<T>(...values: (T | Error)[]): AsyncGenerator<T> {
  for (const value of values) {
    if (value instanceof Error) throw value;
    yield value;
  }
}

describe('output', () => {
  test('gives each batch and completes', async () => {
    const asked: unknown[] = [];
    const context = contextOf({
      followOutput: async (...args) => {
        asked.push(...args);
        return given(batch, last);
      },
    });
    const events = await Array.fromAsync(await watching(OUTPUT, context));
    expect(asked).toEqual(['key:ada', ID, 3]);
    expect(events.map(({ data }) => data?.output)).toEqual([
      {
        chunks: [{ seq: 4, stream: 'STDERR', text: 'hi\n', at: '1970-01-01T00:00:00.000Z' }],
        cursor: 4,
        ended: false,
        execution: { id: ID, status: 'RUNNING', endReason: null },
      },
      { chunks: [], cursor: 4, ended: true, execution: { id: ID, status: 'SUCCEEDED', endReason: 'EXITED' } },
    ]);
  });

  test.each(['', ', after: null'])('begins at the beginning with "%s"', async (argument) => {
    const asked: number[] = [];
    const context = contextOf({
      followOutput: async (_caller, _id, after) => {
        asked.push(after);
        return given(last);
      },
    });
    await watching(`subscription { output(id: "${ID}"${argument}) { cursor } }`, context);
    expect(asked).toEqual([0]);
  });

  test('gives the last lines up to the event, for as many as are asked for', async () => {
    const asked: unknown[] = [];
    const context = contextOf({
      followOutput: async () => given(batch),
      outputTail: async (_execution, upTo, lines) => {
        asked.push([upTo, lines]);
        return ['one', 'two'];
      },
    });
    const [event] = await Array.fromAsync(
      await watching(
        `subscription { output(id: "${ID}") { tail, two: tail(lines: 2), none: tail(lines: 0) } }`,
        context,
      ),
    );
    expect(asked).toEqual([
      [4, 20],
      [4, 2],
    ]);
    expect(event?.errors?.map(({ message }) => message)).toEqual(['Expected `lines` to be 1 to 64, got 0.']);
    const [good] = await Array.fromAsync(
      await watching(`subscription { output(id: "${ID}") { tail } }`, context),
    );
    expect(good?.data).toEqual({ output: { tail: ['one', 'two'] } });
  });

  test('a viewer that leaves while nothing is printed lets the source go at once', async () => {
    const { source, waiting, returned } = silentAfter(batch);
    const stream = await watching(OUTPUT, contextOf({ followOutput: async () => source }));
    await stream.next();
    const pending = stream.next();
    await waiting;
    const left = stream.return(undefined);
    // Neither settles unless the call went through to the source while its `next()` was waiting.
    await returned;
    expect(await left).toMatchObject({ done: true });
    expect(await pending).toMatchObject({ done: true });
  });

  test.each([
    [new OutputMissingError('removed meanwhile'), 'OUTPUT_MISSING'],
    [new StoreUnavailableError('away'), 'UNAVAILABLE'],
    [new TypeError('defect'), undefined],
  ])('%s in the middle is a last event with an error', async (error, code) => {
    const stream = await watching(
      OUTPUT,
      contextOf({ followOutput: async () => given<OutputBatch>(batch, error) }),
    );
    const events = await Array.fromAsync(stream);
    expect(events.map(({ errors }) => errors?.length ?? 0)).toEqual([0, 1]);
    expect(events.flatMap(errorsOf)).toEqual([{ code, message: error.message }]);
  });

  test('lets the source go after a failure', async () => {
    let returns = 0;
    const source: AsyncIterableIterator<OutputBatch> = {
      next: () => Promise.reject(new StoreUnavailableError('away')),
      return: async () => {
        returns++;
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    await Array.fromAsync(await watching(OUTPUT, contextOf({ followOutput: async () => source })));
    expect(returns).toBe(1);
  });

  test('refuses a negative cursor', async () => {
    const result = await watch(`subscription { output(id: "${ID}", after: -1) { cursor } }`, contextOf());
    expect(result).not.toHaveProperty('next');
    expect(result).toMatchObject({
      errors: [
        { message: 'Expected `after` to be 0 or more, got -1.', extensions: { code: 'BAD_USER_INPUT' } },
      ],
    });
  });
});

describe('execution', () => {
  test('gives each status and completes', async () => {
    const statuses: Execution[] = [executionOf({ status: 'QUEUED' }), executionOf(), last.execution];
    const stream = await watching(STATUS, contextOf({ followStatus: async () => given(...statuses) }));
    const events = await Array.fromAsync(stream);
    expect(events.map(({ data }) => data)).toEqual(
      ['QUEUED', 'RUNNING', 'SUCCEEDED'].map((status) => ({ execution: { status } })),
    );
  });

  test('a viewer that leaves lets the source go at once', async () => {
    const { source, waiting, returned } = silentAfter(executionOf());
    const stream = await watching(STATUS, contextOf({ followStatus: async () => source }));
    await stream.next();
    const pending = stream.next();
    await waiting;
    await Promise.all([stream.return(undefined), returned, pending]);
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a field of an event that is read while the store is away', () => {
  const queued = executionOf({ status: 'QUEUED', runner: null });
  const output = (fields: string) => `subscription { output(id: "${ID}") { ended ${fields} } }`;
  const status = (fields: string) => `subscription { execution(id: "${ID}") { ${fields} } }`;

  /** Two events of each subscription; every question about them is answered as `read` says. */
  const reading = (read: <T>(answer: T) => Promise<T>, handedOut = () => {}) => {
    async function* handing<T>(...values: T[]): AsyncGenerator<T> {
      for (const value of values) {
        handedOut();
        yield value;
      }
    }
    return contextOf({
      followOutput: async () => handing(batch, last),
      followStatus: async () => handing(queued, queued),
      outputTail: () => read(['one']),
      outputSummary: () => read({ bytes: 5, truncated: false }),
      queuePosition: () => read(3),
      chunks: () => read({ chunks: [], hasMore: false }),
    });
  };

  /** As `reading`, over a store that goes away with each event and comes back when it has been asked. */
  const readingInVain = () => {
    let away = false;
    return reading(
      async (answer) => {
        if (!away) return answer;
        setImmediate(() => {
          away = false;
        });
        throw new StoreUnavailableError('away');
      },
      () => {
        away = true;
      },
    );
  };

  test('waits, and no event of an output is lost', async () => {
    const source = output('tail execution { outputBytes outputTruncated chunks { cursor } }');
    const events = await Array.fromAsync(await watching(source, readingInVain()));
    const answers = {
      tail: ['one'],
      execution: { outputBytes: 5, outputTruncated: false, chunks: { cursor: 0 } },
    };
    expect(events).toEqual([
      { data: { output: { ended: false, ...answers } } },
      { data: { output: { ended: true, ...answers } } },
    ]);
  });

  test('waits, and no event of an execution is lost', async () => {
    const events = await Array.fromAsync(
      await watching(status('queuePosition outputBytes'), readingInVain()),
    );
    const event = { data: { execution: { queuePosition: 3, outputBytes: 5 } } };
    expect(events).toEqual([event, event]);
  });

  test.each([
    ['tail', output('tail')],
    ['outputBytes', output('execution { outputBytes }')],
    ['queuePosition', status('queuePosition')],
  ])('%s ends the stream with an error when the store stays away', async (_field, source) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let asked = 0;
    const context = reading(async () => {
      if (++asked === 2) vi.advanceTimersByTime(61_000);
      throw new StoreUnavailableError('away');
    });
    const events = await Array.fromAsync(await watching(source, context));
    expect(events.map(errorsOf)).toEqual([[{ code: 'UNAVAILABLE', message: 'away' }]]);
    expect(asked).toBe(2);
  });

  test('ends the stream at once when what it reads is gone', async () => {
    const context = reading(() => Promise.reject(new OutputMissingError('removed meanwhile')));
    const events = await Array.fromAsync(await watching(output('tail'), context));
    expect(events.map(errorsOf)).toEqual([[{ code: 'OUTPUT_MISSING', message: 'removed meanwhile' }]]);
  });

  test('waits for nobody who has left', async () => {
    const asked = Promise.withResolvers<void>();
    const context = reading(() => {
      asked.resolve();
      return Promise.reject(new StoreUnavailableError('away'));
    });
    const stream = await watching(output('tail'), context);
    const pending = stream.next();
    await asked.promise;
    await stream.return(undefined);
    await pending;
    expect(await stream.next()).toMatchObject({ done: true });
  });

  test('fails at once in a query', async () => {
    let asked = 0;
    const { executions } = reading(() => {
      asked++;
      return Promise.reject(new StoreUnavailableError('away'));
    });
    const context = contextOf({ ...executions, get: async () => queued });
    const result = await run(`{ execution(id: "${ID}") { outputBytes } }`, context);
    expect(errorsOf(result)).toEqual([{ code: 'UNAVAILABLE', message: 'away' }]);
    expect(asked).toBe(1);
  });

  test('waits for the store that another process writes to, and nothing is lost', async () => {
    await using sqlite = await openSqliteStore({ file: ':memory:' });
    const store = shared(sqlite);
    await using driving = await openService({ store, owner: 'driving' });
    await using watched = await openService({ store, owner: 'watched', maxRunning: 0 });
    const { id } = await watched.executions.execute('key:ada', anInput());
    const program = (await driving.runner.next()).start();
    const { readChunks } = store;
    let asked = 0;
    // The tail of one line is what asks for two chunks; every other time it is in vain.
    sqlite.readChunks = async (of, range) => {
      if (range.limit === 2 && ++asked % 2 === 1) throw new StoreUnavailableError('away');
      return readChunks(of, range);
    };
    const stream = await watching(
      `subscription { output(id: "${id}") {
        chunks { text } tail(lines: 1) ended execution { status outputBytes }
      } }`,
      { ...contextOf(), executions: watched.executions },
    );
    const first = stream.next();
    await program.printAll(['one\n', 'two\n', 'three\n']);
    const events = [(await first).value];
    await program.print('four\n');
    program.end();
    events.push(...(await Array.fromAsync(stream)));
    expect(events.flatMap(({ errors = [] }) => errors)).toEqual([]);
    const outputs = events.map(({ data }) => data.output);
    expect(outputs.flatMap(({ chunks }) => chunks).map(({ text }) => text)).toEqual([
      'one\n',
      'two\n',
      'three\n',
      'four\n',
    ]);
    expect(outputs.at(-1)).toMatchObject({
      tail: ['four'],
      ended: true,
      execution: { status: 'SUCCEEDED', outputBytes: 19 },
    });
  });
});

describe.each([
  ['output', OUTPUT],
  ['execution', STATUS],
])('%s is refused', (_name, source) => {
  const refusing = (error: Error) =>
    contextOf({ followOutput: () => Promise.reject(error), followStatus: () => Promise.reject(error) });

  test('for an unknown id', async () => {
    const result = await watch(source, refusing(new NotFoundError('unknown')));
    expect(result).toMatchObject({ errors: [{ message: 'unknown', extensions: { code: 'NOT_FOUND' } }] });
  });

  test('for a malformed id', async () => {
    const result = await watch(source.replace(ID, 'nothing'), contextOf());
    expect(result).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('while the store is away', async () => {
    const result = await watch(source, refusing(new StoreUnavailableError('away')));
    expect(result).toMatchObject({ errors: [{ message: 'away', extensions: { code: 'UNAVAILABLE' } }] });
  });

  test('for nobody', async () => {
    const result = await watch(source, contextOf({}, null));
    expect(result).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});
