import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { ChangeStreams, type Watchable } from '../../../src/db/mongodb/change-streams.ts';

type Answer = object | null | Error;

/** One stream of a scripted server: it answers what the test says, and nothing once it is closed. */
class ScriptedStream {
  closed = false;
  readonly #answers: Answer[] = [];
  #waiting: PromiseWithResolvers<object | null> | null = null;

  answer(...answers: Answer[]): this {
    this.#answers.push(...answers);
    this.#settle();
    return this;
  }

  tryNext(): Promise<object | null> {
    if (this.closed) return Promise.resolve(null);
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    this.#settle();
    return promise;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#waiting?.resolve(null);
  }

  #settle(): void {
    const answer = this.#answers[0];
    if (!this.#waiting || answer === undefined) return;
    this.#answers.shift();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (answer instanceof Error) waiting.reject(answer);
    else waiting.resolve(answer);
  }
}

/** Streams over a scripted server, and all that is told, in order. */
function listening() {
  const told: string[] = [];
  const streams = { executions: [] as ScriptedStream[], output: [] as ScriptedStream[] };
  const watch = (name: 'executions' | 'output') => ({
    watch() {
      const stream = new ScriptedStream();
      streams[name].push(stream);
      return stream;
    },
  });
  const collections: Watchable = { executions: watch('executions'), output: watch('output') };
  const listener = new ChangeStreams(async () => collections, {
    executionChanged: (id) => void told.push(`record ${id}`),
    outputAppended: (id) => void told.push(`output ${id}`),
    connected: (is) => void told.push(is ? 'listening' : 'not listening'),
  });
  onTestFinished(() => listener[Symbol.asyncDispose]());
  const opened = async (name: 'executions' | 'output', count = 1) => {
    await expect.poll(() => streams[name].length).toBe(count);
    return streams[name].at(-1) as ScriptedStream;
  };
  return { told, opened, streams, listener };
}

const changed = (_id: string) => ({ _id: {}, documentKey: { _id } });

test('writes are notified once both streams had a response', async () => {
  const { told, opened } = listening();
  const [records, output] = [await opened('executions'), await opened('output')];
  records.answer(null);
  await setImmediate();
  expect(told).toEqual([]);
  output.answer(null, changed('b/0000000012'));
  records.answer(changed('a'));
  await expect.poll(() => told).toHaveLength(3);
  expect(told[0]).toBe('listening');
  expect(told.slice(1).sort()).toEqual(['output b', 'record a']);
});

test.each<[string, (stream: ScriptedStream) => unknown]>([
  ['fails', (stream) => stream.answer(new Error('the server went away'))],
  ['is ended by the server', (stream) => stream.close()],
])('one that %s is told, and opened again', async (_what, breaks) => {
  const { told, opened } = listening();
  const [records, output] = [await opened('executions'), await opened('output')];
  records.answer(null);
  output.answer(null);
  await expect.poll(() => told).toEqual(['listening']);
  await breaks(output);
  await expect.poll(() => told).toEqual(['listening', 'not listening']);
  (await opened('output', 2)).answer(null);
  await expect.poll(() => told).toEqual(['listening', 'not listening', 'listening']);
  expect(output.closed).toBe(true);
  expect(records.closed).toBe(false);
});

test('a server that has no change streams is never listened to', async () => {
  const { told, opened } = listening();
  for (const name of ['executions', 'output'] as const)
    (await opened(name)).answer(new Error('$changeStream is not implemented'));
  (await opened('executions', 2)).answer(new Error('$changeStream is not implemented'));
  expect(told).toEqual([]);
});

test('an event that concerns no document is passed over', async () => {
  const { told, opened } = listening();
  (await opened('executions')).answer(null);
  (await opened('output')).answer({ _id: {} }, changed('b/0000000001'));
  await expect.poll(() => told).toEqual(['listening', 'output b']);
});

test('disposing closes both, and nothing is opened any more', async () => {
  const { opened, listener, streams } = listening();
  const both = [await opened('executions'), await opened('output')];
  both[0]?.answer(null);
  await listener[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
  expect(both.map(({ closed }) => closed)).toEqual([true, true]);
  expect([streams.executions.length, streams.output.length]).toEqual([1, 1]);
});
