import { setTimeout as sleep } from 'node:timers/promises';
import { CALLERS } from '../arena.ts';
import { AwayError, ask } from '../life/ask.ts';
import { describe } from '../life/judge.ts';
import type { Life } from '../life/life.ts';
import { LIST, type Listed, type Seen } from '../life/operations.ts';
import type { Replica } from '../replicas/replica.ts';
import type { Account } from './account.ts';

/** Every server lists every submission that was acknowledged, and no other, with the end that was seen. */
export async function auditRecords(
  replicas: readonly Replica[],
  lives: readonly Life[],
  account: Account,
): Promise<void> {
  for (const replica of replicas) {
    const listed = await listAllOf(replica, account);
    if (!listed) continue;
    for (const { id, ended, task } of lives) {
      if (id === null) continue;
      const who = `${id} ${task.key} (${task.kind})`;
      const record = listed.get(id);
      listed.delete(id);
      if (!record)
        account.finding(who, `server ${replica.name} does not list it, though it was acknowledged`);
      else if (ended && describe(ended) !== describe(record)) {
        account.finding(
          who,
          `it ended ${describe(ended)}, and now server ${replica.name} says ${describe(record)}`,
        );
      }
    }
    const isKnown = lives.every(({ id }) => id !== null);
    for (const id of isKnown ? listed.keys() : []) {
      account.finding(id, `server ${replica.name} lists it, though nobody was given it`);
    }
  }
  account.count('Submissions', 'listed by every server', lives.filter(({ id }) => id !== null).length);
}

export function headersOf(caller: string): { readonly authorization: string } {
  return { authorization: `Bearer key-of-${caller}` };
}

/** By their ids; null when the server does not answer though nothing keeps it from it. */
async function listAllOf(replica: Replica, account: Account): Promise<Map<string, Seen> | null> {
  const listed = new Map<string, Seen>();
  try {
    for (const caller of CALLERS) {
      for (const one of await listAll(replica, headersOf(caller))) listed.set(one.id, one);
    }
    return listed;
  } catch (error) {
    account.finding(`server ${replica.name}`, `still cannot list when all is quiet: ${error}`);
    return null;
  }
}

async function listAll(replica: Replica, headers: { readonly authorization: string }): Promise<Seen[]> {
  const all: Seen[] = [];
  for (let after: string | null = null; ; ) {
    const { executions }: Listed = await patiently(() => ask<Listed>(replica, headers, LIST, { after }));
    all.push(...executions.edges.map(({ node }) => node));
    if (!executions.pageInfo.hasNextPage) return all;
    after = executions.pageInfo.endCursor;
  }
}

const ATTEMPTS = 60;

async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof AwayError) || attempt === ATTEMPTS) throw error;
      await sleep(500);
    }
  }
}
