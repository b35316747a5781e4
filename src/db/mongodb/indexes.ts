import type { Db, IndexDescriptionInfo } from 'mongodb';
import { isServerError } from './errors.ts';

export interface Index {
  readonly collection: 'executions' | 'sessions';
  readonly name: string;
  /** Field to direction, in the index's order. */
  readonly key: { readonly [field: string]: 1 | -1 };
  readonly unique?: true;
}

/**
 * Every index beside those over `_id`, which are all that `payloads`, `output`, `filePieces` and `meta` need. A status stands in one
 * index only: it is the one indexed field that changes, three times in an execution's life.
 */
export const INDEXES: readonly Index[] = [
  { collection: 'executions', name: 'uniqueKey', key: { uniqueKey: 1 }, unique: true },
  { collection: 'executions', name: 'caller', key: { caller: 1, _id: -1 } },
  { collection: 'executions', name: 'language', key: { caller: 1, language: 1, _id: -1 } },
  { collection: 'executions', name: 'label', key: { caller: 1, labels: 1, _id: -1 } },
  { collection: 'executions', name: 'status', key: { status: 1, caller: 1, _id: 1 } },
  { collection: 'executions', name: 'finishedAt', key: { finishedAt: 1 } },
  { collection: 'executions', name: 'session', key: { sessionId: 1, _id: -1 } },
  { collection: 'sessions', name: 'uniqueKey', key: { uniqueKey: 1 }, unique: true },
  { collection: 'sessions', name: 'caller', key: { caller: 1, _id: -1 } },
  { collection: 'sessions', name: 'status', key: { status: 1 } },
  { collection: 'sessions', name: 'endedAt', key: { endedAt: 1 } },
];

const NAMESPACE_NOT_FOUND = 26;

/**
 * Makes the indexes that are not there. Safe to repeat and at the same time in several processes: making an index that
 * is there already does nothing. One at a time, because FerretDB fails on several of which some are there.
 */
export async function ensureIndexes(database: Db): Promise<void> {
  for (const collection of new Set(INDEXES.map((index) => index.collection))) {
    const present = await listIndexes(database, collection);
    for (const index of INDEXES) {
      if (index.collection !== collection || present.some((one) => isSame(one, index))) continue;
      const { name, key, unique } = index;
      await database.collection(collection).createIndex(key, unique ? { name, unique } : { name });
    }
  }
}

async function listIndexes(database: Db, collection: string): Promise<IndexDescriptionInfo[]> {
  try {
    return await database.collection(collection).listIndexes().toArray();
  } catch (error) {
    if (isServerError(error, NAMESPACE_NOT_FOUND)) return [];
    throw error;
  }
}

function isSame(present: IndexDescriptionInfo, { name, key, unique }: Index): boolean {
  return (
    present.name === name &&
    JSON.stringify(present.key) === JSON.stringify(key) &&
    (present.unique ?? false) === (unique ?? false)
  );
}
