import { createReadStream, fstatSync } from 'node:fs';
import { CommandError } from '../errors.ts';

/** Whether someone gave this process a stdin to read: a pipe, a file or a socket; no terminal and no /dev/null. */
export function isPiped(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isFile() || stats.isSocket();
  } catch {
    return false;
  }
}

/**
 * Reads a descriptor to its end.
 * @param name what it is, for errors: `stdin`
 * @param limit bytes it may have
 * @throws CommandError when it is longer, or is no UTF-8
 */
export async function readText(descriptor: number, name: string, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of createReadStream('', { fd: descriptor, autoClose: false })) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > limit) {
      throw new CommandError(`${name} may have at most ${limit} bytes, got more.`);
    }
    parts.push(part);
  }
  return decodeText(Buffer.concat(parts), name);
}

/** @throws CommandError when the bytes are no UTF-8; programs and their stdin travel as text */
export function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name} must be UTF-8 text, got bytes that are not.`);
  }
}
