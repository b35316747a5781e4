import type { Account } from '../account/account.ts';
import { headersOf, PROBER } from '../arena.ts';
import type { Counter } from '../counter.ts';
import { ask, patiently } from '../life/ask.ts';
import { isGivenUp, judge, judgeTold } from '../life/judge.ts';
import { CANCEL, type Cancelled, EXECUTE, FIND, type Found, type Submitted } from '../life/operations.ts';
import { makeEndless, makeSteady } from '../load/kinds.ts';
import type { Task } from '../load/task.ts';
import type { Replica } from '../replicas/replica.ts';
import { type Watcher, watchFrom } from './watch.ts';

export interface ProbeDeps {
  readonly replicas: readonly Replica[];
  readonly counter: Counter;
  readonly account: Account;
  /** Begins the keys. */
  readonly name: string;
}

/** From the acknowledgement, or a cancel's answer, to the end that every viewer has seen, milliseconds. */
const END_MS = 30_000;
/** From the acknowledgement to the first line at every viewer, a pod made for it included, milliseconds. */
const FIRST_MS = 15_000;
/** The program prints for five seconds: whose first line comes with the end, or just before, was not woken; milliseconds. */
const BEFORE_END_MS = 2000;

const HEADERS = headersOf(PROBER);

/**
 * When all is quiet every server still takes programs, every server shows them while they run to those who stay, and a
 * cancel at another server is heeded: what clients who go elsewhere when they wait would never notice.
 */
export async function probe(deps: ProbeDeps): Promise<void> {
  const { replicas, account } = deps;
  for (const [index, replica] of replicas.entries()) {
    const other = replicas[(index + 1) % replicas.length] ?? replica;
    const failed = (error: unknown) =>
      account.finding(`server ${replica.name}`, `its probe failed: ${error}`);
    await probeShowing(replica, deps).catch(failed);
    await probeCancel(replica, other, deps).catch(failed);
  }
}

async function probeShowing(replica: Replica, deps: ProbeDeps): Promise<void> {
  const { account, counter, name } = deps;
  const task = makeSteady(`${name}-probe-${replica.name}`, counter);
  const { id, watchers } = await begin(task, replica, deps);
  for (const watcher of watchers) {
    await watcher.over;
    const { first, end } = watcher.afterMs;
    const who = `${id} ${task.key} (viewer at server ${watcher.replica.name})`;
    if (first === null || first > FIRST_MS) {
      account.finding(who, `expected the first line within ${FIRST_MS} ms, got it after ${first} ms`);
    } else if (end !== null && end - first < BEFORE_END_MS) {
      account.finding(
        who,
        `expected the first line ${BEFORE_END_MS} ms before the end, got it after ${first} ms and the end after ${end} ms`,
      );
    }
    account.longest('Longest, seconds', 'from the acknowledgement to the first line (probe)', seconds(first));
  }
  await settle({ id, task, watchers, replica }, deps);
}

async function probeCancel(replica: Replica, other: Replica, deps: ProbeDeps): Promise<void> {
  const { account, counter, name } = deps;
  const task = makeEndless(`${name}-probe-${replica.name}-cancel`, counter);
  const { id, watchers } = await begin(task, replica, deps);
  await Promise.race(watchers.map(({ begun }) => begun));
  const { cancel } = await patiently(() => ask<Cancelled>(other, HEADERS, CANCEL, { id }));
  const cancelledAt = performance.now();
  if (cancel.__typename !== 'CancelSuccess') {
    account.finding(
      `${id} ${task.key}`,
      `a cancel at server ${other.name} got ${cancel.__typename}: ${cancel.message}`,
    );
  }
  await Promise.all(watchers.map(({ over }) => over));
  account.longest(
    'Longest, seconds',
    "from a cancel's answer to the end seen (probe)",
    seconds(performance.now() - cancelledAt),
  );
  await settle({ id, task, watchers, replica }, deps);
}

interface Begun {
  readonly id: string;
  readonly task: Task;
  readonly replica: Replica;
  readonly watchers: readonly Watcher[];
}

/** Submits a program at a server and watches it from every server. */
async function begin(task: Task, replica: Replica, { replicas }: ProbeDeps): Promise<Begun> {
  const input = { ...task.input, idempotencyKey: task.key };
  const { execute } = await patiently(() => ask<Submitted>(replica, HEADERS, EXECUTE, { input }));
  const { id } = execute.execution ?? {};
  if (id === undefined) throw new Error(`submitting got ${execute.__typename}: ${execute.message}`);
  const watchers = replicas.map((one) => watchFrom(one, { headers: HEADERS, id, mostMs: END_MS }));
  return { id, task, replica, watchers };
}

/** Holds what came of it against what must have. */
async function settle(
  { id, task, replica, watchers }: Begun,
  { account, counter }: ProbeDeps,
): Promise<void> {
  const who = `${id} ${task.key} (${task.kind})`;
  const { execution } = await patiently(() => ask<Found>(replica, HEADERS, FIND, { id }));
  if (!execution) {
    account.finding(who, `server ${replica.name} does not know it`);
    return;
  }
  const [starts, printed] = [counter.starts(task.key), counter.printed(task.key)];
  if (starts > 1) account.finding(who, `expected one start, got ${starts}`);
  if (isGivenUp(execution)) account.count('Probes', 'cancelled while the launcher was not heard');
  for (const { replica, received, wrong, afterMs } of watchers) {
    const at = `a viewer that stayed at server ${replica.name}`;
    if (wrong !== null) account.finding(who, `${at} got: ${wrong}`);
    if (!received.end) {
      account.finding(
        who,
        `${at} expected the end within ${END_MS} ms, got ${received.chunks.length} chunks and no end`,
      );
      continue;
    }
    const told = judgeTold(received.end, execution);
    if (told) account.finding(who, told);
    for (const what of judge({ task, execution, received, starts, printed })) account.finding(who, what);
    account.count('Probes', 'ends seen by viewers that stayed');
    account.longest(
      'Longest, seconds',
      'from the acknowledgement to the end seen (probe)',
      seconds(afterMs.end),
    );
  }
}

function seconds(ms: number | null): number {
  return (ms ?? 0) / 1000;
}
