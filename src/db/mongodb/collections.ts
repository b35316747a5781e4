import type { Collection, Db, Filter, FindOptions, IndexDescriptionInfo } from 'mongodb';
import type {
  ChunkDocument,
  ExecutionDocument,
  FilePieceDocument,
  MetaDocument,
  PayloadDocument,
  ProcessDocument,
  SessionDocument,
} from './documents.ts';
import { isServerError } from './errors.ts';

/** What the operations work on. */
export interface Collections {
  readonly database: Db;
  readonly executions: Collection<ExecutionDocument>;
  readonly payloads: Collection<PayloadDocument>;
  readonly output: Collection<ChunkDocument>;
  readonly sessions: Collection<SessionDocument>;
  readonly filePieces: Collection<FilePieceDocument>;
  readonly processes: Collection<ProcessDocument>;
  readonly meta: Collection<MetaDocument>;
}

export function collectionsOf(database: Db): Collections {
  return {
    database,
    executions: database.collection('executions'),
    payloads: database.collection('payloads'),
    output: database.collection('output'),
    sessions: database.collection('sessions'),
    filePieces: database.collection('filePieces'),
    processes: database.collection('processes'),
    meta: database.collection('meta'),
  };
}

/** Up to this many are requested one by one, side by side. */
const FEW = 8;

/**
 * The documents under these ids that are there, in no order. A few are looked up each by itself, which costs MongoDB
 * the same and which FerretDB does thirty times as fast as a list of ids.
 * @typeParam P what `options.projection` leaves of a document
 */
export async function findByIds<D extends { readonly _id: string }, P extends { readonly _id: string }>(
  collection: Collection<D>,
  ids: readonly string[],
  options: FindOptions,
): Promise<P[]> {
  const find = (_id: string | { $in: string[] }) =>
    collection.find<P>({ _id } as Filter<D>, options).toArray();
  if (ids.length > FEW) return find({ $in: [...ids] });
  return (await Promise.all(ids.map(find))).flat();
}

interface Index {
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
