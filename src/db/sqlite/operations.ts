import type { DatabaseSync } from 'node:sqlite';
import { prepareAppendChunks, prepareReadChunks, prepareSummarizeChunks } from './chunks.ts';
import { prepareCheckReadable, prepareCheckWritable } from './database.ts';
import {
  prepareCreateExecution,
  prepareGetExecution,
  prepareGetExecutionByUniqueKey,
  prepareUpdateExecution,
} from './executions.ts';
import { prepareDeleteFilePieces, preparePutFilePiece, prepareReadFilePiece } from './files.ts';
import {
  prepareAppendStdin,
  prepareDeletePayload,
  prepareDeleteStdin,
  prepareEraseOrphanedPayloads,
  prepareGetPayload,
  prepareReadStdin,
} from './input.ts';
import { prepareListExecutions, prepareScanExecutions } from './list-executions.ts';
import {
  prepareCountQueuedBefore,
  prepareCountUnderWay,
  prepareListQueues,
  prepareListRunning,
  prepareListUnderWay,
} from './queues.ts';
import {
  prepareListTombstones,
  preparePurgeStep,
  prepareTombstoneExpired,
  prepareVacuumStep,
} from './removal.ts';
import { prepareSessionOperations } from './sessions.ts';

/** Every operation on the database, its statements prepared once. All are synchronous; those that write need a transaction. */
export function prepareOperations(database: DatabaseSync) {
  return {
    createExecution: prepareCreateExecution(database),
    getExecution: prepareGetExecution(database),
    getExecutionByUniqueKey: prepareGetExecutionByUniqueKey(database),
    listExecutions: prepareListExecutions(database),
    scanExecutions: prepareScanExecutions(database),
    updateExecution: prepareUpdateExecution(database),
    listUnderWay: prepareListUnderWay(database),
    countUnderWay: prepareCountUnderWay(database),
    listRunning: prepareListRunning(database),
    listQueues: prepareListQueues(database),
    countQueuedBefore: prepareCountQueuedBefore(database),
    getPayload: prepareGetPayload(database),
    deletePayload: prepareDeletePayload(database),
    appendStdin: prepareAppendStdin(database),
    readStdin: prepareReadStdin(database),
    deleteStdin: prepareDeleteStdin(database),
    ...prepareSessionOperations(database),
    appendChunks: prepareAppendChunks(database),
    readChunks: prepareReadChunks(database),
    summarizeChunks: prepareSummarizeChunks(database),
    putFilePiece: preparePutFilePiece(database),
    readFilePiece: prepareReadFilePiece(database),
    deleteFilePieces: prepareDeleteFilePieces(database),
    tombstoneExpired: prepareTombstoneExpired(database),
    listTombstones: prepareListTombstones(database),
    purgeStep: preparePurgeStep(database),
    eraseOrphanedPayloads: prepareEraseOrphanedPayloads(database),
    vacuumStep: prepareVacuumStep(database),
    checkReadable: prepareCheckReadable(database),
    checkWritable: prepareCheckWritable(database),
  };
}
