import { expect, test } from 'vitest';
import { cancel, get, run, submit } from './support/executions.ts';
import { openService } from './support/service.ts';
import { until } from './support/until.ts';

const ADA = { authorization: 'Bearer key-of-ada' };
const GRACE = { authorization: 'Bearer key-of-grace' };

test('who runs programs for an hour keeps nobody else out, and what waits says why', async () => {
  await using service = await openService({
    API_KEYS: 'ada=key-of-ada,grace=key-of-grace',
    MAX_RUNNING: '4',
  });
  const { url } = service;
  const endless = {
    code: 'setInterval(() => {}, 1000)',
    language: 'javascript',
    limits: { timeoutMs: 3_600_000 },
  };
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) ids.push(await submit(url, endless, ADA));
  const statuses = () => Promise.all(ids.map(async (id) => (await get(url, id, ADA)).status));
  await until(
    'two of them run',
    statuses,
    (all) => all.filter((status) => status === 'RUNNING').length === 2,
  );
  const { output } = await run(url, { code: 'console.log(1)', language: 'javascript' }, GRACE);
  expect(output).toBe('1\n');
  expect((await statuses()).sort()).toEqual([...Array(6).fill('QUEUED'), 'RUNNING', 'RUNNING']);
  const { message } = await get(url, ids.at(-1) ?? '', ADA);
  expect(message).toMatch(/2 are running, and one caller may have 2 at once \(MAX_RUNNING_PER_CALLER\)/);
  for (const id of ids) await cancel(url, id, ADA);
});
