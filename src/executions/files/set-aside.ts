import { type Chunk, type DisplayPart, partsAside } from '../output/chunk.ts';
import type { KeptFiles } from './keep.ts';

/** Whether any of the chunks displays what is too large to be kept with it. */
export function needAside(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ display }) => display !== undefined && partsAside(display).size > 0);
}

/**
 * The chunks as they are kept: parts of rich results that are too large for their chunk are stored beside the files of the
 * execution; those for which there is no room are left out, with a sentence in the plain form. Rejects only when the store was given
 * up.
 */
export function setAside(chunks: readonly Chunk[], files: KeptFiles): Promise<readonly Chunk[]> {
  return Promise.all(chunks.map((chunk) => (needAside([chunk]) ? chunkWithout(chunk, files) : chunk)));
}

async function chunkWithout(chunk: Chunk, files: KeptFiles): Promise<Chunk> {
  const { display, text } = chunk;
  if (display === undefined) return chunk;
  const aside = partsAside(display);
  const parts: DisplayPart[] = [];
  const sentences: string[] = [];
  for (const part of display.parts) {
    if (!aside.has(part)) {
      parts.push(part);
      continue;
    }
    const content = Buffer.from(part.data, part.isBase64 ? 'base64' : 'utf8');
    const stored = await files.keepContent(content);
    if (typeof stored === 'string') sentences.push(`[${part.mediaType} left out: ${stored}]`);
    else parts.push({ ...part, data: '', stored });
  }
  const kept = { ...display, parts };
  if (sentences.length === 0) return { ...chunk, display: kept };
  const lines = [text.trimEnd(), ...sentences].filter((line) => line !== '');
  return { ...chunk, text: `${lines.join('\n')}\n`, display: kept };
}
