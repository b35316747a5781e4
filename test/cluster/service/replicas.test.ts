import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEASE_MS } from '../../../src/executions/membership.ts';
import { startPodline } from '../../cli/support/podline.ts';
import { cancel, cleanup, type Execution, get, submit, trySubmit } from '../../service/support/executions.ts';
import { overWebSocket } from '../../service/support/follow.ts';
import { ask } from '../../service/support/graphql.ts';
import { Received } from '../../service/support/output.ts';
import { until } from '../../service/support/until.ts';
import { lines, linesText, SAYS_GOODBYE, SLEEPS } from './support/programs.ts';
import { nothingLeft, nothingLeftOf } from './support/remains.ts';
import { openShared, type Replica, type Shared } from './support/replicas.ts';
import { PATIENCE_MS, Viewer } from './support/viewer.ts';

const LIMITS = { timeoutMs: 600_000 };
const SUCCEEDED = { status: 'SUCCEEDED', endReason: 'EXITED', exitCode: 0 };
const LONG_MS = 240_000;
/** Longer than a process may be silent before another takes its executions over. */
const TAKEN_OVER_MS = 3 * LEASE_MS;

let shared: Shared;
/** Submissions go to the one, which owns them; both are there again after each test. */
let one: Replica;
let other: Replica;
beforeAll(async () => {
  shared = await openShared('replicas');
  one = await shared.start();
  // As long as anything is under way the other has no room, so that the first owns all that comes.
  await new Viewer(one.url, await run(SLEEPS)).printed('first\n');
  other = await shared.start({ MAX_RUNNING: '1' });
});
afterAll(async () => {
  await shared?.[Symbol.asyncDispose]();
});

const run = (code: string): Promise<string> => submit(one.url, { code, limits: LIMITS });

test('a viewer at one server of what another owns: each line as it is printed, and the end', async () => {
  const id = await run(lines(50, 100));
  const viewer = new Viewer(other.url, id);
  await viewer.printed('line 1\n');
  expect((await get(other.url, id)).status).toBe('RUNNING');
  expect(await viewer.end()).toMatchObject({ ...SUCCEEDED, output: linesText(50) });
});

test('cancel, cleanup, list and read at any server', async () => {
  const [cancelled, cleaned] = [await run(SAYS_GOODBYE), await run(SLEEPS)];
  const viewers = [new Viewer(other.url, cancelled), new Viewer(one.url, cleaned)];
  for (const viewer of viewers) await viewer.printed('first\n');
  const listed = await ask<{ executions: { edges: { node: { id: string } }[] } }>(
    other.url,
    '{ executions(first: 2) { edges { node { id } } } }',
  );
  expect(listed.executions.edges.map(({ node }) => node.id)).toEqual([cleaned, cancelled]);
  expect((await cancel(other.url, cancelled)).__typename).toBe('CancelSuccess');
  expect((await cleanup(other.url, cleaned)).__typename).toBe('CleanupSuccess');
  for (const [index, id] of [cancelled, cleaned].entries()) {
    const seen = await viewers[index]?.end();
    expect(seen).toMatchObject({ status: 'CANCELLED', endReason: 'CANCELLED' });
    expect(await get(one.url, id)).toEqual(await get(other.url, id));
    await nothingLeftOf(shared.namespace, await get(one.url, id));
  }
});

test('the driving server is killed in the middle: who watches at the other misses nothing', {
  timeout: LONG_MS,
}, async () => {
  const id = await run(lines(200, 100));
  await using watching = startPodline(['logs', '-f', '--json', id], { url: other.url });
  await watching.printed('line 30\\n');
  const { runner } = await get(other.url, id);
  one.kill('SIGKILL');
  await one.ended;
  const { code, stdout } = await watching.ended();
  expect(code).toBe(0);
  const chunks: { seq: number; text: string }[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(chunks.map(({ seq }) => seq)).toEqual(chunks.map((_, index) => index + 1));
  expect(chunks.map(({ text }) => text).join('')).toBe(linesText(200));
  const after = await get(other.url, id);
  expect(after).toMatchObject({ ...SUCCEEDED, output: linesText(200), runner });
  await nothingLeftOf(shared.namespace, after);
  one = await shared.start();
});

test('the driving server hangs for longer than its lease, and goes on: what it writes late is never seen', {
  timeout: LONG_MS,
}, async () => {
  const id = await run(lines(250, 100));
  const [here, there] = [new Viewer(one.url, id, {}, LONG_MS), new Viewer(other.url, id, {}, LONG_MS)];
  await Promise.all([here, there].map((viewer) => viewer.printed('line 20\n')));
  const stuck = there.text;
  one.kill('SIGSTOP');
  await until(
    'the other has taken it over and goes on printing',
    () => there.text.length,
    (length) => length > stuck.length + 200,
    TAKEN_OVER_MS,
  );
  one.kill('SIGCONT');
  const [seenHere, seenThere] = await Promise.all([here.end(), there.end()]);
  expect(seenThere).toMatchObject({ ...SUCCEEDED, output: linesText(250) });
  expect(seenHere).toEqual(seenThere);
  await nothingLeftOf(shared.namespace, seenHere);
});

test('the store is away for eight seconds: no stream breaks, nothing is there twice', {
  timeout: LONG_MS,
}, async () => {
  const id = await run(lines(250, 100));
  const seen = [one, other].map(({ url }) => {
    const received = new Received();
    // One connection each: one that breaks fails the test.
    return { received, over: overWebSocket(url, id, received) };
  });
  await until(
    'both see it print',
    () => seen.map(({ received }) => received.text.length),
    (lengths) => lengths.every((length) => length > 100),
    PATIENCE_MS,
  );
  await shared.way.close();
  await sleep(1000);
  const [driving] = seen;
  const before = driving?.received.cursor ?? 0;
  const [refused, { health }] = await Promise.all([
    trySubmit(one.url, { code: 'print(1)' }),
    ask<{ health: { status: string } }>(other.url, '{ health { status } }'),
    sleep(7000),
  ]);
  expect(refused.errors[0]?.extensions?.code).toBe('UNAVAILABLE');
  expect(health.status).toBe('UNHEALTHY');
  // Who watches at its owner goes on seeing it: the store is not needed for that.
  expect(driving?.received.cursor).toBeGreaterThan(before);
  await shared.way.open();
  await Promise.all(seen.map(({ over }) => over));
  for (const { received } of seen) {
    expect(received.text).toBe(linesText(250));
    expect(received.end).toMatchObject({ status: 'SUCCEEDED' });
  }
  const records = await Promise.all([one, other].map(({ url }): Promise<Execution> => get(url, id)));
  expect(records[0]).toMatchObject({ ...SUCCEEDED, output: linesText(250) });
  expect(records[1]).toEqual(records[0]);
});

test('both closed: nothing is left in the cluster', { timeout: LONG_MS }, async () => {
  const query = '{ executions(first: 100, filter: { statuses: [RUNNING] }) { edges { node { id } } } }';
  const { executions } = await ask<{ executions: { edges: { node: { id: string } }[] } }>(one.url, query);
  for (const { node } of executions.edges) {
    await cancel(other.url, node.id);
    await new Viewer(one.url, node.id).end();
  }
  for (const server of [one, other]) {
    server.kill('SIGTERM');
    expect(await server.ended).toEqual({ code: 0, signal: null });
  }
  await nothingLeft(shared.namespace);
});
