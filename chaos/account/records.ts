import { CALLERS, headersOf } from '../arena.ts';
import { ask, patiently } from '../life/ask.ts';
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
  const listedBy = new Map<string, number>();
  for (const replica of replicas) {
    const listed = await listAllOf(replica, account);
    if (!listed) continue;
    for (const id of listed.keys()) listedBy.set(id, (listedBy.get(id) ?? 0) + 1);
    for (const { id, ended, task } of lives) {
      if (id === null) continue;
      const who = `${id} ${task.key} (${task.kind})`;
      const record = listed.get(id);
      listed.delete(id);
      if (!record)
        account.finding(who, `server ${replica.name} does not list it, though it was acknowledged`);
      else if (ended && endOf(ended) !== endOf(record)) {
        account.finding(
          who,
          `it ended ${endOf(ended)}, and now server ${replica.name} says ${endOf(record)}`,
        );
      }
    }
    const isKnown = lives.every(({ id }) => id !== null);
    for (const id of isKnown ? listed.keys() : []) {
      account.finding(id, `server ${replica.name} lists it, though nobody was given it`);
    }
  }
  const byAll = lives.filter(({ id }) => id !== null && listedBy.get(id) === replicas.length);
  account.count('Submissions', 'listed by every server', byAll.length);
}

function endOf(record: Seen): string {
  return `${describe(record)}, ${record.outputBytes} bytes${record.outputTruncated ? ', truncated' : ''}`;
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
