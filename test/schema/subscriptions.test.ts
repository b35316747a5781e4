import { describe, expect, test } from 'vitest';
import { NotFoundError, OutputMissingError, StoreUnavailableError } from '../../src/executions/errors.ts';
import type { Execution } from '../../src/executions/execution.ts';
import type { OutputBatch } from '../../src/executions/output/follow.ts';
import { BATCH, contextOf, errorsOf, executionOf, fakeOutput, ID, LAST, watch, watching } from './fake.ts';

const OUTPUT = `subscription { output(id: "${ID}", after: 3) {
  chunks { seq stream text at } cursor ended execution { id status endReason }
} }`;
const STATUS = `subscription { execution(id: "${ID}") { status } }`;

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
        return given(BATCH, LAST);
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
        return given(LAST);
      },
    });
    await watching(`subscription { output(id: "${ID}"${argument}) { cursor } }`, context);
    expect(asked).toEqual([0]);
  });

  test('gives the last lines up to the event, for as many as are asked for', async () => {
    const asked: unknown[] = [];
    const context = contextOf({
      followOutput: async () => given(BATCH),
      output: fakeOutput({
        tail: async (_execution, upTo, lines) => {
          asked.push([upTo, lines]);
          return ['one', 'two'];
        },
      }),
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
    const { source, waiting, returned } = silentAfter(BATCH);
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
      contextOf({ followOutput: async () => given<OutputBatch>(BATCH, error) }),
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
    const statuses: Execution[] = [executionOf({ status: 'QUEUED' }), executionOf(), LAST.execution];
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
