import type { DatabaseSync } from 'node:sqlite';
import { prepareCheckReadable, prepareCheckWritable } from './check.ts';
import { prepareAppendChunks, prepareReadChunks, prepareSummarizeChunks } from './chunks.ts';
import { prepareCreateExecution } from './create-execution.ts';
import { prepareGetExecution, prepareGetExecutionByUniqueKey } from './get-execution.ts';
import { prepareListExecutions } from './list-executions.ts';
import { prepareDeletePayload, prepareGetPayload } from './payloads.ts';
import {
  prepareCountQueuedBefore,
  prepareCountUnderWay,
  prepareListQueues,
  prepareListUnderWay,
} from './queues.ts';
import { prepareHideExpired, prepareRemoveHiddenStep, prepareVacuumStep } from './removal.ts';
import { prepareScanExecutions } from './scan-executions.ts';
import { prepareUpdateExecution } from './update-execution.ts';

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
    listQueues: prepareListQueues(database),
    countQueuedBefore: prepareCountQueuedBefore(database),
    getPayload: prepareGetPayload(database),
    deletePayload: prepareDeletePayload(database),
    appendChunks: prepareAppendChunks(database),
    readChunks: prepareReadChunks(database),
    summarizeChunks: prepareSummarizeChunks(database),
    hideExpired: prepareHideExpired(database),
    removeHiddenStep: prepareRemoveHiddenStep(database),
    vacuumStep: prepareVacuumStep(database),
    checkReadable: prepareCheckReadable(database),
    checkWritable: prepareCheckWritable(database),
  };
}
