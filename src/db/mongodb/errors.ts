import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { withTimeout } from '../../async/timeout.ts';
import { StoreUnavailableError } from '../../executions/errors.ts';
import { describeError } from './describe-error.ts';

const DUPLICATE_KEY = 11000;

/**
 * Settles as `work` does, at the time limit with a `StoreUnavailableError`.
 * @param onTimeout called then
 */
export function responseWithin<T>(ms: number, work: Promise<T>, onTimeout?: () => void): Promise<T> {
  return withTimeout(ms, work, () => {
    onTimeout?.();
    return new StoreUnavailableError('The database did not answer in time.');
  });
}

/** A response of the server with this code (https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml). */
export function isServerError(error: unknown, code: number): boolean {
  return error instanceof MongoServerError && error.code === code;
}

export function isDuplicateKey(error: unknown): boolean {
  return isServerError(error, DUPLICATE_KEY);
}

/** Whether a batch failed for nothing but documents that were there already: all others are stored, by a majority. */
export function hasOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) return false;
  const { length } = bulkCodes(error);
  return length > 0 && bulkCodes(error).every((code) => code === DUPLICATE_KEY);
}

/** Of two upserts of one document at the same time one may find it made by the other. */
export async function againOnDuplicate<T>(upsert: () => Promise<T>): Promise<T> {
  try {
    return await upsert();
  } catch (error) {
    if (isDuplicateKey(error)) return upsert();
    throw error;
  }
}

/** `StoreUnavailableError` with a sentence of ours for what may pass or be put right; anything else as it is. */
export function toStoreError(error: unknown, usesTls: boolean): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const failure = firstFailure(error);
  const message = describeError(failure, usesTls);
  return message === null ? failure : new StoreUnavailableError(message, { cause: error });
}

/**
 * Of a batch what ended it in its middle (a connection that was cut), else the first failure that is no duplicate. The
 * batch's own error holds the documents, which are not to reach a log.
 */
function firstFailure(error: unknown): unknown {
  if (!(error instanceof MongoBulkWriteError)) return error;
  if (error.errorResponse instanceof Error) return error.errorResponse;
  const code = bulkCodes(error).find((one) => one !== DUPLICATE_KEY);
  return code === undefined ? error : new MongoServerError({ code, message: error.message });
}

function bulkCodes(error: MongoBulkWriteError): number[] {
  const codes = [error.writeErrors].flat().map((writeError) => writeError.code);
  const concern = error.result.getWriteConcernError();
  if (concern?.code !== undefined) codes.push(concern.code);
  return codes.length === 0 && typeof error.code === 'number' ? [error.code] : codes;
}
