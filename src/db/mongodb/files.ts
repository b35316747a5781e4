import { Binary } from 'mongodb';
import type { Collections } from './collections.ts';
import { DOCUMENT_VERSION } from './documents.ts';
import { isDuplicateKey } from './errors.ts';

/** Before the SHA-256 in a piece's `_id`: what has it there is a piece of that execution's files, and nothing else. */
function prefixOf(executionId: string): string {
  return `${executionId}/`;
}

export async function putFilePiece(
  { filePieces }: Collections,
  executionId: string,
  sha256: string,
  data: Uint8Array,
): Promise<void> {
  try {
    await filePieces.insertOne({
      _id: prefixOf(executionId) + sha256,
      v: DOCUMENT_VERSION,
      data: new Binary(data),
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

/** Null when it is not there. */
export async function readFilePiece(
  { filePieces }: Collections,
  executionId: string,
  sha256: string,
): Promise<Uint8Array | null> {
  const document = await filePieces.findOne({ _id: prefixOf(executionId) + sha256 });
  return document?.data.value() ?? null;
}

/** Several processes may delete the same ones. */
export async function deleteFilePieces({ filePieces }: Collections, executionId: string): Promise<void> {
  const prefix = prefixOf(executionId);
  // `0` is the character behind `/`.
  await filePieces.deleteMany({ _id: { $gt: prefix, $lt: `${executionId}0` } });
}
