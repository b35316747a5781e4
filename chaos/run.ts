import { setTimeout as sleep } from 'node:timers/promises';
import { Account } from './account/account.ts';
import { auditRecords } from './account/records.ts';
import { auditRemains } from './account/remains.ts';
import { type ArenaOptions, openArena } from './arena.ts';
import { neighbours, type Testbed } from './bed/testbed.ts';
import { storm } from './faults/storm.ts';
import { Journal } from './journal.ts';
import type { Life } from './life/life.ts';
import { keepUpLoad } from './load/load.ts';
import type { Options } from './options.ts';
import { Random } from './random.ts';

export interface RunOptions extends Options, Omit<ArenaOptions, 'servers'> {
  readonly testbed: Testbed | null;
  /** Ends the run early; what is there is still accounted for. */
  readonly interrupted: AbortSignal;
}

/** How long all may take to come to its end after the last fault, milliseconds. */
const QUIET_MS = 240_000;

/** What came of a run. */
export interface Outcome {
  readonly account: Account;
  readonly journal: Journal;
  /** Where the servers' logs are. */
  readonly directory: string;
}

/** Makes faults under load for a while, waits until all is quiet, and accounts for every submission. */
export async function run(options: RunOptions): Promise<Outcome> {
  const { minutes, seed, faults, interrupted } = options;
  const journal = new Journal();
  const account = new Account(journal);
  await using arena = await openArena(options);
  const { replicas, counter, database, directory, namespace } = arena;
  for (const replica of replicas) {
    replica.onCrash = (how) =>
      account.finding(`server ${replica.name}`, `its process ended by itself: ${how}`);
  }
  const random = new Random(seed);
  const [forFaults, forLoad] = [random.fork(), random.fork()];
  const over = new AbortController();
  const givenUp = new AbortController();
  const lives: Life[] = [];
  let bedFailedAt: number | null = null;
  const site = {
    ...options,
    replicas,
    failing: new Set<(typeof replicas)[0]>(),
    random: forFaults,
    account,
    journal,
    namespace: namespace.name,
    over: over.signal,
    bedFailed: () => {
      bedFailedAt = journal.seconds;
    },
  };
  journal.note(`${replicas.length} servers are up; logs in ${directory}`);
  const others = await neighbours(namespace.name);
  if (others.length > 0) journal.note(`${others.length} pods of others run on this cluster`);

  const deps = { replicas, counter, database, account, journal, bedFailedAt: () => bedFailedAt };
  const name = `chaos-${seed}`;
  const load = keepUpLoad(lives, forLoad, deps, {
    atOnce: options.load,
    name,
    over: over.signal,
    givenUp: givenUp.signal,
  });
  const storming = storm(site, faults);
  await sleep(minutes * 60_000, undefined, { signal: interrupted }).catch(() => {});
  over.abort();
  await storming;
  journal.note('no more faults; waiting until all is quiet');
  const limit = new AbortController();
  await Promise.race([load, sleep(QUIET_MS, undefined, { signal: limit.signal }).catch(() => {})]);
  limit.abort();
  for (const { id, task, state } of lives) {
    if (state === 'over') continue;
    const record = id === null ? 'never acknowledged' : await database.describe(id);
    account.finding(
      `${id} ${task.key} (${task.kind})`,
      `not over after ${QUIET_MS / 1000} s of quiet: ${state}, ${record}`,
    );
  }
  givenUp.abort();
  await load;
  countStarts(lives, counter, account);
  await auditRecords(replicas, lives, account);
  await auditRemains(arena, account);
  account.count(
    'Servers',
    'processes started',
    replicas.reduce((sum, { starts }) => sum + starts, 0),
  );
  return { account, journal, directory };
}

function countStarts(
  lives: readonly Life[],
  counter: { starts(key: string): number },
  account: Account,
): void {
  account.count('Submissions', 'programs submitted', lives.length);
  for (const { task } of lives) account.count('Starts', `${counter.starts(task.key)} times`);
}
