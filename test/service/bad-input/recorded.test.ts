import { expect, test } from 'vitest';
import { count, printing, submit, trySubmit } from '../support/executions.ts';
import { base64, post } from '../support/post.ts';
import { openService } from '../support/service.ts';

const CODE = 'console.log(1)';
const sleeps = 'console.log("on"); await new Promise((resolve) => setTimeout(resolve, 600_000));';

test('a key used again with another input: a conflict that names the first execution', async () => {
  await using own = await openService({ WARM: '0' });
  const first = await submit(own.url, { code: CODE, language: 'javascript', idempotencyKey: 'key' });
  const { data } = await trySubmit(own.url, {
    code: 'other',
    language: 'javascript',
    idempotencyKey: 'key',
  });
  expect(data?.execute).toMatchObject({
    __typename: 'IdempotencyConflictError',
    executionId: first,
    message: expect.stringMatching(/expected.*got/),
  });
  const response = await post(
    `${own.url}/execute`,
    { code: base64('other'), language: 'javascript' },
    { 'idempotency-key': 'key' },
  );
  expect(response.status).toBe(409);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/expected.*got/) });
  expect(await count(own.url)).toBe(1);
});

test('a full queue: a QueueFullError, a 429 with Retry-After', async () => {
  await using own = await openService({ WARM: '0', MAX_RUNNING: '1', MAX_QUEUED: '2' });
  await printing(own.url, await submit(own.url, { code: sleeps, language: 'javascript' }));
  for (const _one of [1, 2]) await submit(own.url, { code: CODE, language: 'javascript' });
  const { data } = await trySubmit(own.url, { code: CODE, language: 'javascript' });
  expect(data?.execute).toMatchObject({
    __typename: 'QueueFullError',
    message: expect.stringMatching(/expected fewer than 2 .*got 2/),
  });
  expect(data?.execute.retryAfterMs).toBeGreaterThan(0);
  const response = await post(`${own.url}/execute`, { code: base64(CODE), language: 'javascript' });
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/expected fewer than 2/) });
  expect(await count(own.url)).toBe(3);
});
