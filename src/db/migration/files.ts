import { createHash } from 'node:crypto';
import type { Execution } from '../../executions/execution.ts';
import type { Store } from '../../executions/store.ts';
import { NotMovedError } from './not-moved.ts';

/**
 * Copies what is in an execution's files, a piece at a time, unless the target has it, and holds what is there then
 * against the piece's own hash.
 * @throws NotMovedError when a piece is missing or damaged; StoreUnavailableError
 */
export async function copyFiles(source: Store, target: Store, { id, files }: Execution): Promise<void> {
  for (const { path, pieces } of files) {
    for (const sha256 of pieces) {
      if (isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
      const data = await source.readFilePiece(id, sha256);
      if (data === null || !isWhole(data, sha256))
        throw new NotMovedError(`its file ${JSON.stringify(path)} is not whole in the source`);
      await target.putFilePiece(id, sha256, data);
      if (isWhole(await target.readFilePiece(id, sha256), sha256)) continue;
      throw new NotMovedError(
        `its file ${JSON.stringify(path)} is not in the target after it was stored there`,
      );
    }
  }
}

function isWhole(data: Uint8Array | null, sha256: string): boolean {
  return data !== null && createHash('sha256').update(data).digest('hex') === sha256;
}
