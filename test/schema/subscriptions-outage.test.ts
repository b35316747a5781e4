import { afterEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import { OutputMissingError, StoreUnavailableError } from '../../src/executions/errors.ts';
import { anInput } from '../executions/records.ts';
import { openService } from '../executions/service.ts';
import { shared } from '../executions/shared-records.ts';
import { BATCH, contextOf, errorsOf, executionOf, fakeOutput, ID, LAST, run, watching } from './fake.ts';

afterEach(() => {
  vi.useRealTimers();
});

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
    followOutput: async () => handing(BATCH, LAST),
    followStatus: async () => handing(queued, queued),
    queuePosition: () => read(3),
    output: fakeOutput({
      tail: () => read(['one']),
      summary: () => read({ bytes: 5, truncated: false }),
      page: () => read({ chunks: [], hasMore: false }),
    }),
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
  const events = await Array.fromAsync(await watching(status('queuePosition outputBytes'), readingInVain()));
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

test('a field of an event ends the stream at once when what it reads is gone', async () => {
  const context = reading(() => Promise.reject(new OutputMissingError('removed meanwhile')));
  const events = await Array.fromAsync(await watching(output('tail'), context));
  expect(events.map(errorsOf)).toEqual([[{ code: 'OUTPUT_MISSING', message: 'removed meanwhile' }]]);
});

test('a field of an event waits for nobody who has left', async () => {
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

test('a field that waits in an event fails at once in a query', async () => {
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

test('a field of an event waits for the store that another process writes to, and nothing is lost', async () => {
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
