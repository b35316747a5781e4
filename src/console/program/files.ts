import { FILES_BYTES, FILES_COUNT } from '../../bounds.ts';
import { bytes } from '../words.ts';
import type { DraftFile } from './draft.ts';

/** A file cannot go with the program; the message says which, and the bound. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/**
 * The files with others added; one with the same name takes the place of the former.
 * @throws FileError, and then none is added
 */
export async function addFiles(present: readonly DraftFile[], added: readonly File[]): Promise<DraftFile[]> {
  for (const file of added) {
    if (file.size > FILES_BYTES)
      throw new FileError(`${file.name}: expected at most ${bytes(FILES_BYTES)}, got ${bytes(file.size)}.`);
  }
  const names = new Set(added.map(({ name }) => name));
  const kept = present.filter(({ path }) => !names.has(path));
  const count = kept.length + added.length;
  if (count > FILES_COUNT) throw new FileError(`Expected at most ${FILES_COUNT} files, got ${count}.`);
  const total = [...kept.map((file) => file.bytes), ...added.map(({ size }) => size)].reduce(
    (a, b) => a + b,
    0,
  );
  if (total > FILES_BYTES)
    throw new FileError(`Expected files of at most ${bytes(FILES_BYTES)} together, got ${bytes(total)}.`);
  return [...kept, ...(await Promise.all(added.map(read)))];
}

async function read(file: File): Promise<DraftFile> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    // A folder, for one, which looks like a file when it is dropped.
    reader.onerror = () => reject(new FileError(`${file.name} cannot be read. Folders cannot be added.`));
    reader.readAsDataURL(file);
  });
  return { path: file.name, base64: url.slice(url.indexOf(',') + 1), bytes: file.size };
}
