import { PATH_BYTES, PATH_SEGMENT_BYTES } from '../../bounds.ts';

/**
 * Why a text is no path below a directory, the rest of "got …"; null for one that is. Any character but NUL
 * and a slash may stand in a name.
 */
export function whyNoPath(path: string): string | null {
  if (path === '') return 'an empty one';
  if (!path.isWellFormed()) return 'one with a lone surrogate';
  if (Buffer.byteLength(path) > PATH_BYTES) return `one of more than ${PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'an absolute one';
  if (path.includes('\0')) return 'one with a NUL character';
  for (const name of path.split('/')) {
    if (name === '') return 'one with an empty part';
    if (name === '.' || name === '..') return `one with ${name} in it`;
    if (Buffer.byteLength(name) > PATH_SEGMENT_BYTES) return `a part of over ${PATH_SEGMENT_BYTES} bytes`;
  }
  return null;
}
