import { GLOB_BYTES, GLOBS_COUNT } from '../../bounds.ts';
import { InvalidInputError } from '../errors.ts';
import { ALL_FILES } from '../execution.ts';
import { Glob, GlobError } from '../files/glob.ts';
import type { RuntimeInfo } from '../runner.ts';
import { atMost, wellFormed, withoutNul } from './text.ts';

/** Which of the files that a program leaves are kept. @throws InvalidInputError */
export function parseGlobs(globs: readonly string[], runtime: RuntimeInfo): readonly string[] {
  atMost('outputFiles', globs.length, GLOBS_COUNT, 'globs');
  for (const [index, glob] of globs.entries()) {
    const field = `outputFiles[${index}]`;
    wellFormed(field, glob);
    withoutNul(field, glob);
    atMost(field, Buffer.byteLength(glob), GLOB_BYTES, 'bytes');
    const problem = problemOf(glob);
    if (problem === null) continue;
    throw new InvalidInputError(
      field,
      `${field}: expected a glob below the program's directory, like plots/*.png, got ${problem}`,
    );
  }
  if (runtime.leavesFiles || globs.length === 0 || isEveryFile(globs)) return globs;
  throw new InvalidInputError(
    'outputFiles',
    `outputFiles: expected [], as this server keeps no files of ${runtime.language} programs, got ${globs.length} globs`,
  );
}

/** Whether these are the globs of whoever names none. */
export function isEveryFile(globs: readonly string[]): boolean {
  return globs.length === 1 && globs[0] === ALL_FILES[0];
}

function problemOf(glob: string): string | null {
  if (glob === '') return 'an empty one';
  if (glob.startsWith('/')) return 'an absolute path';
  if (glob.startsWith('!'))
    return 'one that begins with ! (nothing can be taken out again; a name with it is [!]…)';
  if (glob.includes('\\')) return 'one with a backslash (a character that stands for itself is [*])';
  try {
    new Glob(glob);
    return null;
  } catch (error) {
    if (error instanceof GlobError) return error.message;
    throw error;
  }
}
