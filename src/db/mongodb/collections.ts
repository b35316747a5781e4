import type { Collection, Db } from 'mongodb';
import type {
  ChunkDocument,
  ExecutionDocument,
  MetaDocument,
  PayloadDocument,
  ProcessDocument,
} from './documents.ts';

/** What the operations work on. */
export interface Collections {
  readonly database: Db;
  readonly executions: Collection<ExecutionDocument>;
  readonly payloads: Collection<PayloadDocument>;
  readonly output: Collection<ChunkDocument>;
  readonly processes: Collection<ProcessDocument>;
  readonly meta: Collection<MetaDocument>;
}

export function collectionsOf(database: Db): Collections {
  return {
    database,
    executions: database.collection('executions'),
    payloads: database.collection('payloads'),
    output: database.collection('output'),
    processes: database.collection('processes'),
    meta: database.collection('meta'),
  };
}
