import { get } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { UnavailableError } from '../../src/executions/errors.ts';
import { AnswerBudget } from '../../src/server/budgets.ts';
import { Service } from './support/service.ts';
import { RawClient } from './support/socket.ts';
import { until } from './support/until.ts';

const MiB = 1024 * 1024;

let service: Service | undefined;
afterEach(async () => {
  await service?.[Symbol.asyncDispose]();
  service = undefined;
});

test('answers of all callers together are bounded, those of one to half of that, small ones go', () => {
  const budget = new AnswerBudget(10 * MiB);
  const ada = budget.open('key:ada');
  ada.add(5 * MiB);
  expect(() => budget.open('key:ada').add(MiB)).toThrow(UnavailableError);
  budget.open('key:ada').add(64 * 1024);
  const bob = budget.open('key:bob');
  bob.add(4 * MiB);
  expect(() => budget.open('key:eve').add(MiB)).toThrow(UnavailableError);
  expect(() => bob.set(5 * MiB)).toThrow(UnavailableError);
  expect(budget.bytes).toBe(9 * MiB + 64 * 1024);
  ada.release();
  ada.release();
  budget.open('key:eve').add(MiB);
  bob.set(MiB);
  expect(budget.bytes).toBe(2 * MiB + 64 * 1024);
});

/** A program that printed `mib` megabytes and ended. */
async function printed(opened: Service, mib: number): Promise<string> {
  const { id, run } = await opened.start();
  for (let done = 0; done < mib; done++)
    await run.printAll(Array.from({ length: 64 }, () => `"${'x'.repeat(16 * 1024 - 3)}"\n`));
  run.end();
  await until(
    () => opened.executions.get('anonymous', id),
    (execution) => execution?.status === 'SUCCEEDED',
  );
  return id;
}

test('a large result is written as it is read: little of it is in memory, and all of it arrives', async () => {
  service = await Service.open({ bounds: { answersBytes: 2 * MiB } });
  const id = await printed(service, 4);
  const results = await Promise.all(
    Array.from({ length: 3 }, async () => (await service?.get(`/result/${id}`))?.json() as Promise<object>),
  );
  for (const result of results) {
    expect(Object.keys(result)).toEqual([
      'execution_id',
      'code',
      'output',
      'timestamp',
      'status',
      'exit_code',
      'end_reason',
    ]);
    expect(result).toMatchObject({
      output: `"${'x'.repeat(16 * 1024 - 3)}"\n`.repeat(256),
      status: 'success',
    });
  }
});

test('results that nobody reads are held to the budget, then 503 with Retry-After, and there is room again after them', async () => {
  service = await Service.open({ bounds: { answersBytes: 2 * MiB } });
  // More than the kernel takes for a client that does not read.
  const id = await printed(service, 16);
  const unread = await Promise.all(Array.from({ length: 8 }, () => ask(`${service?.url}/result/${id}`)));
  const answered = unread.filter(({ status }) => status === 200);
  // A caller's half of the budget, 256 KiB for each.
  expect(answered.length).toBeGreaterThanOrEqual(3);
  expect(answered.length).toBeLessThanOrEqual(4);
  for (const { status, retryAfter } of unread.filter((one) => !answered.includes(one)))
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: '1' });
  expect((await service.get('/health')).status).toBe(200);
  for (const { close } of unread) close();
  await until(
    async () => {
      const answer = await service?.get(`/result/${id}`);
      await answer?.body?.cancel();
      return answer?.status;
    },
    (status) => status === 200,
  );
});

test('GraphQL answers that are too much together are UNAVAILABLE before their text is loaded', async () => {
  let loaded = 0;
  const never = Promise.withResolvers<string>();
  service = await Service.open({
    bounds: { answersBytes: 4 * MiB },
    replace: {
      output: {
        summary: () => Promise.resolve({ bytes: 1.5 * MiB, truncated: false }),
        text: () => {
          loaded++;
          return never.promise;
        },
      },
    },
  });
  const { id } = await service.start();
  const query = `{ execution(id: "${id}") { output } }`;
  const first = service.graphql(query);
  await until(
    () => loaded,
    (count) => count === 1,
  );
  const second = await service.graphql(query);
  expect(second.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  const client = await new RawClient(service.webSocketUrl).init();
  client.subscribe('a', query);
  expect(JSON.stringify(await client.operation('a'))).toContain('UNAVAILABLE');
  expect(loaded).toBe(1);
  never.resolve('done');
  expect((await first).data).toEqual({ execution: { output: 'done' } });
  client.subscribe('b', query);
  expect(JSON.stringify(await client.operation('b'))).toContain('done');
  client.subscribe('c', query);
  expect(JSON.stringify(await client.operation('c'))).toContain('done');
  await client.close();
});

/** Asks and reads the head of the answer only. */
function ask(url: string): Promise<{ status: number; retryAfter: string | undefined; close: () => void }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.on('error', () => {});
      resolve({
        status: response.statusCode ?? 0,
        retryAfter: response.headers['retry-after'],
        close: () => request.destroy(),
      });
    });
    request.once('error', reject);
  });
}
