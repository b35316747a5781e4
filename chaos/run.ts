import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account/account.ts';
import { auditOutputs } from './account/outputs.ts';
import { auditRecords } from './account/records.ts';
import { auditClosing, auditInputs, auditRemains } from './account/remains.ts';
import { auditSessions } from './account/sessions.ts';
import { type Arena, type ArenaOptions, openArena } from './arena.ts';
import { neighbours, type Testbed } from './bed/testbed.ts';
import { storm } from './faults/storm.ts';
import type { Journal } from './journal.ts';
import type { Life } from './life/life.ts';
import type { SessionLife } from './life/session-life.ts';
import { keepUpLoad } from './load/load.ts';
import { keepSessions } from './load/sessions.ts';
import type { Options } from './options.ts';
import { probe } from './probe/probe.ts';
import { Random } from './random.ts';

export interface RunOptions extends Options, Omit<ArenaOptions, 'servers'> {
  readonly testbed: Testbed | null;
  readonly account: Account;
  readonly journal: Journal;
  /** Ends the run early; what is there is still accounted for. */
  readonly interrupted: AbortSignal;
}

/** Sessions open at once. */
const SESSIONS = 2;

/** All that was submitted. */
interface Lives {
  readonly executions: Life[];
  readonly sessions: SessionLife[];
}

/** How long all may take to come to its end after the last fault, milliseconds. */
const QUIET_MS = 240_000;

/** Makes faults under load for a while, waits until all is quiet, and accounts for every submission. */
export async function run(options: RunOptions): Promise<void> {
  const { seed, account, journal, directory } = options;
  await using arena = await openArena(options);
  const { replicas, namespace } = arena;
  for (const replica of replicas) {
    replica.onCrash = (how) =>
      account.finding(`server ${replica.name}`, `its process ended by itself: ${how}`);
  }
  journal.note(`${replicas.length} servers are up; logs in ${directory}`);
  const others = await neighbours(namespace.name);
  if (others.length > 0) journal.note(`${others.length} pods of others run on this cluster`);

  const random = new Random(seed);
  const [forFaults, forLoad, forAudits] = [random.fork(), random.fork(), random.fork()];
  const lives: Lives = { executions: [], sessions: [] };
  await stormUnderLoad(arena, lives, options, { forFaults, forLoad });
  await audit(arena, lives, options, forAudits);
}

async function stormUnderLoad(
  arena: Arena,
  lives: Lives,
  options: RunOptions,
  { forFaults, forLoad }: { readonly forFaults: Random; readonly forLoad: Random },
): Promise<void> {
  const { minutes, seed, faults, account, journal, interrupted } = options;
  const { replicas, counter, database, namespace } = arena;
  const over = new AbortController();
  const givenUp = new AbortController();
  const deps = { replicas, counter, database, account, journal };
  const until = { name: `chaos-${seed}`, over: over.signal, givenUp: givenUp.signal };
  const load = Promise.all([
    keepUpLoad(lives.executions, forLoad, deps, { atOnce: options.load, ...until }),
    keepSessions(lives.sessions, forLoad.fork(), deps, { atOnce: SESSIONS, ...until }),
  ]);
  const bed = { made: 0, leftOut: 0 };
  const site = {
    ...options,
    replicas,
    failing: new Set<(typeof replicas)[0]>(),
    random: forFaults,
    namespace: namespace.name,
    bed,
    over: over.signal,
  };
  const storming = storm(site, faults);
  await sleep(minutes * 60_000, undefined, { signal: interrupted }).catch(() => {});
  over.abort();
  await storming;
  if (bed.leftOut > 0 && bed.made === 0) {
    account.remark('No fault of the test bed was made: pods of others ran there each time.');
  }
  journal.note('no more faults; waiting until all is quiet');
  const limit = new AbortController();
  await Promise.race([load, sleep(QUIET_MS, undefined, { signal: limit.signal }).catch(() => {})]);
  limit.abort();
  for (const { id, key, state } of lives.sessions) {
    if (state !== 'over')
      account.finding(`session ${id} ${key}`, `not over after ${QUIET_MS / 1000} s of quiet: ${state}`);
  }
  for (const { id, task, state } of lives.executions) {
    if (state === 'over') continue;
    const record = id === null ? 'never acknowledged' : await database.describe(id).catch(String);
    account.finding(
      `${id} ${task.key} (${task.kind})`,
      `not over after ${QUIET_MS / 1000} s of quiet: ${state}, ${record}`,
    );
  }
  givenUp.abort();
  await load;
}

/** One that cannot be made is a finding, and keeps none after it from being made. */
async function audit(
  arena: Arena,
  { executions: lives, sessions }: Lives,
  { seed, account, journal }: RunOptions,
  random: Random,
): Promise<void> {
  const { replicas, counter } = arena;
  const audits: { readonly [what: string]: () => void | Promise<void> } = {
    'every server serves': () => probe({ replicas, counter, account, name: `chaos-${seed}` }),
    'what is recorded': () => auditRecords(replicas, lives, account),
    'what became of sessions': () => auditSessions(replicas, sessions, account),
    'what is stored': () => auditOutputs(replicas, lives, random, account),
    'what the cluster holds': () => auditRemains(arena, account),
    'what is left when all have closed': () => auditClosing(arena, account),
    'what is left of inputs': () => auditInputs(arena, account),
    // Last: nothing can start any more.
    'how often each was started': () => auditStarts(lives, counter, account),
  };
  for (const [what, make] of Object.entries(audits)) {
    journal.note(`looking: ${what}`);
    try {
      await make();
    } catch (error) {
      account.finding(`looking: ${what}`, `failed: ${error instanceof Error ? error.stack : error}`);
    }
  }
  const starts = replicas.reduce((sum, replica) => sum + replica.starts, 0);
  account.count('Servers', 'processes started', starts);
}

function auditStarts(
  lives: readonly Life[],
  counter: { starts(key: string): number },
  account: Account,
): void {
  account.count('Submissions', 'programs submitted', lives.length);
  for (const { id, task } of lives) {
    const starts = counter.starts(task.key);
    account.count('Starts', `${starts} times`);
    if (starts > 1) {
      account.finding(`${id} ${task.key} (${task.kind})`, `expected at most one start, got ${starts}`);
    }
  }
}
