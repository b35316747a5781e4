import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from '../account/account.ts';
import type { Testbed } from '../bed/testbed.ts';
import type { Journal } from '../journal.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../replicas/replica.ts';

/** Makes one fault and heals it again; resolves when it is healed. */
export type Fault = (site: Site) => Promise<void>;

/** Where faults are made. */
export interface Site {
  readonly replicas: readonly Replica[];
  /** Servers whose process is being failed now: each by one fault at a time. */
  readonly failing: Set<Replica>;
  /** Each fault's own, so that what happens meanwhile does not change those after it. */
  readonly random: Random;
  readonly account: Account;
  readonly journal: Journal;
  /** Null where there is none whose components may be failed. */
  readonly testbed: Testbed | null;
  /** The namespace of this run. */
  readonly namespace: string;
  readonly evenIfShared: boolean;
  /** Faults of the test bed so far. */
  readonly bed: { made: number; leftOut: number };
  /** Aborts when no fault is to be made any more and what is failed is to be healed at once. */
  readonly over: AbortSignal;
}

/** Waits between a fault and its healing. */
export async function hold(site: Site, leastMs: number, mostMs: number): Promise<void> {
  await sleep(site.random.between(leastMs, mostMs), undefined, { signal: site.over }).catch(() => {});
}

/** Says that a fault is made now, and counts it. */
export function made(site: Site, name: string, what: string): void {
  site.account.count('Faults', name);
  site.journal.note(what);
}

/**
 * Fails the process of a server, unless another fault has it. Picked among all: which are failing now depends on moments,
 * which no seed gives.
 */
export async function withServer(
  site: Site,
  name: string,
  fail: (replica: Replica) => Promise<void>,
): Promise<void> {
  const replica = site.random.pick(site.replicas);
  if (site.failing.has(replica)) {
    site.account.count('Faults', `${name}: left out, that server is failing already`);
    return;
  }
  site.failing.add(replica);
  try {
    await fail(replica);
  } finally {
    site.failing.delete(replica);
  }
}
