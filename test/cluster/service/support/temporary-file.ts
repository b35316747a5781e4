import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
}

/** A file with this text, for settings that name one. */
export async function temporaryFile(text: string): Promise<TemporaryFile> {
  const directory = await mkdtemp(join(tmpdir(), 'podline-file-'));
  const path = join(directory, 'file.yaml');
  await writeFile(path, text);
  return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

/** A file for POD_TEMPLATE_FILE. */
export const templateFile = (template: object): Promise<TemporaryFile> =>
  temporaryFile(JSON.stringify(template));
