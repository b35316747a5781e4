import type { Collection, Db, Filter, FindOptions } from 'mongodb';
import type {
  ChunkDocument,
  ExecutionDocument,
  FilePieceDocument,
  MetaDocument,
  PayloadDocument,
  ProcessDocument,
  SessionDocument,
} from './documents.ts';

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
