import * as fs from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { directory } from './start.js';

/** Writes files as a payload has them; returns a sentence about the first that cannot be written, or null. */
export function writeGiven(files) {
  for (const { path, content } of files) {
    const problem = writeFile(path, Buffer.from(content, 'base64'));
    if (problem !== null) return problem;
  }
  return null;
}

/**
 * Puts a file in the place of whatever has its name: what an earlier program of a session left there, a link or a named pipe,
 * is never opened. Returns a sentence when it cannot, else null.
 */
export function writeFile(path, content) {
  const target = resolve(directory, path);
  if (!target.startsWith(resolve(directory) + sep)) return `${path}: not inside the working directory`;
  const fresh = join(dirname(target), `.podline-${process.pid}`);
  try {
    if (dirname(target) !== directory) fs.mkdirSync(dirname(target), { recursive: true });
    fs.writeFileSync(fresh, content, { flag: 'wx' });
    fs.renameSync(fresh, target);
  } catch (error) {
    fs.rmSync(fresh, { force: true, recursive: true });
    return `${path}: cannot be written (${error.code})`;
  }
  return null;
}
